import { expect, test } from 'vitest';
import { BLOCK, PrefixStore } from './prefix-store.js';
import { RowsAside } from './rows-aside.js';

const [HEADS, HEAD_DIM] = [1, 2];
const BYTES = 2 * HEADS * BLOCK * HEAD_DIM * Float32Array.BYTES_PER_ELEMENT;
const READER = { owner: 'acme', model: {} };
const ids = Array.from({ length: 2 * BLOCK }, (_, i) => i);
const keys = (value: number) => {
  const data = [new Float32Array(HEADS * 2 * BLOCK * HEAD_DIM).fill(value)];
  return { length: 2 * BLOCK, keys: data, values: data };
};
const row = (id: number, bytes: number) => ({ id, bytes, take: () => keys(id) });

test('what waits takes the place of what is kept, and is given back once', () => {
  const store = new PrefixStore(3 * BYTES, HEADS, HEAD_DIM);
  const aside = new RowsAside(store);
  store.keep(READER, ids, keys(0));
  expect(store.bytes).toBe(2 * BYTES);
  expect(aside.add([row(1, BYTES), row(2, BYTES)])).toBe(true);
  expect(store.bytes).toBe(BYTES);
  expect(aside.add([row(3, BYTES), row(4, BYTES)])).toBe(false);
  expect(aside.take(3)).toBeUndefined();
  expect(aside.take(1)?.keys[0]?.[0]).toBe(1);
  expect(aside.take(1)).toBeUndefined();
  expect(aside.add([row(3, BYTES), row(4, BYTES)])).toBe(true);
  store.keep(READER, ids, keys(0));
  expect(store.bytes).toBe(0);
  for (const id of [2, 3, 4]) aside.take(id);
  store.keep(READER, ids, keys(0));
  expect(store.bytes).toBe(2 * BYTES);
});

test('where nothing is kept, nothing waits', () => {
  expect(new RowsAside(undefined).add([row(1, BYTES)])).toBe(false);
});
