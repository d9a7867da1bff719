import { expect, test } from 'vitest';
import { DatasetError } from '#contracts/dataset/dataset.js';
import { useTempStore } from '#testing/temp-store.js';
import { openExampleSet, readExampleSet, writeExampleSet } from './example-set.js';

const files = useTempStore();
const content = (rows: number) =>
  Array.from({ length: rows }, (_, i) => `{"question":"q${i}","answer":"a${i}"}\n`).join('');
async function* chunked(text: string, size = 1000): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
const examples = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, i) => ({
    line: from + i + 1,
    example: { messages: [{ role: 'user', content: `q${from + i}` }], answer: `a${from + i}` },
  }));

test('a shard reads its stretch of a set', async () => {
  const store = files.store.scope('acme');
  const { hash } = await writeExampleSet(store, chunked(content(1000)));
  const set = await openExampleSet(store, hash);
  expect(set.size).toBe(1000);
  const read: unknown[] = [];
  for await (const one of set.read(500, 532)) read.push(one);
  expect(read).toEqual(examples(500, 532));
  expect(await readExampleSet(store, hash)).toEqual(examples(0, 1000));
});

test('the file itself is read where a job names it', async () => {
  const store = files.store.scope('acme');
  const hash = await store.put(Buffer.from(content(3)));
  expect(await readExampleSet(store, hash)).toEqual(examples(0, 3));
});

test('what does not fit is refused with its line, without its text', async () => {
  const store = files.store.scope('acme');
  const text = `${content(2)}{"question":"secret"}`;
  await expect(writeExampleSet(store, chunked(text))).rejects.toThrow(DatasetError);
  const hash = await store.put(Buffer.from(text));
  await expect(openExampleSet(store, hash)).rejects.toThrow(
    'a data set cannot be read: line 3, field "answer"',
  );
});
