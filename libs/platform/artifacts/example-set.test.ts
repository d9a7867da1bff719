import { expect, test } from 'vitest';
import { parseExamples } from '#contracts/dataset/dataset.js';
import { useTempStore } from '#testing/temp-store.js';
import type { Hash, ArtifactSpace } from './artifact-store.js';
import { openExampleSet, putExampleSet, readExampleSet } from './example-set.js';
import { collect, writeStretches } from './stretches.js';

const files = useTempStore();
const content = (rows: number) =>
  Array.from({ length: rows }, (_, i) => `{"question":"q${i}","answer":"a${i}"}\n`).join('');
const write = async (store: ArtifactSpace, text: string): Promise<Hash> => {
  const rows = parseExamples([Buffer.from(text)]);
  return putExampleSet(store, await collect(writeStretches(store, rows)));
};
const examples = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => ({
    line: from + i + 1,
    example: { messages: [{ role: 'user', content: `q${from + i}` }], answer: `a${from + i}` },
  }));

test('a shard reads its stretch of a set', async () => {
  const store = await files.space('acme');
  const hash = await write(store, content(1000));
  const set = await openExampleSet(store, hash);
  expect(set.size).toBe(1000);
  expect(await collect(set.read(500, 532))).toEqual(examples(500, 532));
  expect(await readExampleSet(store, hash)).toEqual(examples(0, 1000));
});

test('the file itself is read where a job names it', async () => {
  const store = await files.space('acme');
  const hash = await store.put(Buffer.from(content(3)));
  expect(await readExampleSet(store, hash)).toEqual(examples(0, 3));
});

test('a file that is no data set is refused with the place, without its text', async () => {
  const store = await files.space('acme');
  const text = `${content(2)}{"question":"secret"}`;
  const hash = await store.put(Buffer.from(text));
  await expect(openExampleSet(store, hash)).rejects.toThrow(
    'a data set cannot be read: line 3, field "answer"',
  );
});
