import { expect, test } from 'vitest';
import { rowCount } from '#contracts/stretches.js';
import { useTempStore } from '#testing/temp-store.js';
import { collect, readStretches, writeStretches } from './stretches.js';

const files = useTempStore();
const rowsOf = (count: number) => Array.from({ length: count }, (_, i) => ({ i, text: `ä\n${i}` }));

test.each([0, 1, 255, 256, 257, 1000])('%i rows come back as they were', async (count) => {
  const store = await files.space('acme');
  const stretches = await collect(writeStretches(store, rowsOf(count)));
  expect(rowCount(stretches)).toBe(count);
  expect(await collect(readStretches(store, stretches))).toEqual(rowsOf(count));
});

test.each([
  [0, 1],
  [250, 260],
  [256, 512],
  [999, 1000],
  [990, 5000],
])('rows %i to %i are read alone', async (from, to) => {
  const store = await files.space('acme');
  const stretches = await collect(writeStretches(store, rowsOf(1000)));
  expect(await collect(readStretches(store, stretches, from, to))).toEqual(
    rowsOf(1000).slice(from, to),
  );
});

test('long rows lie in stretches of few', async () => {
  const store = await files.space('acme');
  const long = Array.from({ length: 5 }, (_, i) => ({ i, text: 'a'.repeat(600_000) }));
  const stretches = await collect(writeStretches(store, long));
  expect(stretches.map(({ rows }) => rows)).toEqual([2, 2, 1]);
  expect(await collect(readStretches(store, stretches))).toEqual(long);
});

test('a stretch that nobody asks for is not read', async () => {
  const store = await files.space('acme');
  const stretches = await collect(writeStretches(store, rowsOf(600)));
  stretches[0] = { ...stretches[0]!, hash: 'f'.repeat(64) };
  const read = readStretches(store, stretches, 256, 257);
  expect((await read.next()).value).toEqual(rowsOf(600)[256]);
  await expect(readStretches(store, stretches, 255).next()).rejects.toThrow('artifact');
});
