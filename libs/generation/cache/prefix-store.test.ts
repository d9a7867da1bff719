import { expect, test } from 'vitest';
import { BLOCK, PrefixStore, type Reader } from './prefix-store.js';

const [HEADS, HEAD_DIM] = [2, 3];
const BYTES = 2 * HEADS * BLOCK * HEAD_DIM * Float32Array.BYTES_PER_ELEMENT;
const MODEL = { name: 'a lane' };
const READER = { owner: 'acme', model: MODEL };

const ids = (length: number, from = 0): number[] => Array.from({ length }, (_, i) => from + i);

/** Of a layer: numbers tell head, position and place. @param slots more than there are tokens. */
function read(tokens: readonly number[], slots = tokens.length + 5) {
  const data = new Float32Array(HEADS * slots * HEAD_DIM);
  for (let head = 0; head < HEADS; head++)
    for (const [at, id] of tokens.entries())
      for (let i = 0; i < HEAD_DIM; i++)
        data[(head * slots + at) * HEAD_DIM + i] = valueOf(head, id, i);
  return { length: tokens.length, keys: [data], values: [data.map((x) => -x)] };
}
const valueOf = (head: number, id: number, i: number): number => 10_000 * head + 10 * id + i;

const storeOf = (blocks: number) => new PrefixStore(blocks * BYTES, HEADS, HEAD_DIM);
const keep = (store: PrefixStore, tokens: readonly number[], reader: Reader = READER): void =>
  store.keep(reader, tokens, read(tokens));
const found = (store: PrefixStore, tokens: readonly number[], reader: Reader = READER): number =>
  store.find(reader, tokens).length;

test('whole blocks are found with their numbers, and leave a token to be read', () => {
  const store = storeOf(9);
  keep(store, ids(3 * BLOCK + 7));
  expect(store.bytes).toBe(3 * BYTES);
  expect([2 * BLOCK, 2 * BLOCK + 1].map((length) => found(store, ids(length)))).toEqual([1, 2]);
  const blocks = store.find(READER, [...ids(2 * BLOCK), ...ids(BLOCK, 5000)]);
  expect(blocks).toHaveLength(2);
  for (const [i, { keys, values }] of blocks.entries()) {
    const expected = [0, 1].flatMap((head) =>
      ids(BLOCK, i * BLOCK).flatMap((id) => [0, 1, 2].map((place) => valueOf(head, id, place))),
    );
    expect([...keys[0]!]).toEqual(expected);
    expect([...values[0]!]).toEqual(expected.map((x) => -x));
  }
  expect(store.figures).toEqual({
    queries: 2 * BLOCK + 2 * BLOCK + 1 + 3 * BLOCK,
    hits: 5 * BLOCK,
  });
});

test('no other owner finds them, nor another model', () => {
  const store = storeOf(9);
  keep(store, ids(100));
  expect(found(store, ids(100), { owner: 'other', model: MODEL })).toBe(0);
  expect(found(store, ids(100), { owner: 'acme', model: {} })).toBe(0);
  expect(found(store, ids(100, 1))).toBe(0);
  expect(found(store, ids(100))).toBe(3);
});

test('what is least recently used goes first, ends before beginnings, and never above the bytes', () => {
  const store = storeOf(4);
  keep(store, ids(2 * BLOCK));
  keep(store, [...ids(BLOCK), ...ids(BLOCK, 2000)]);
  keep(store, ids(BLOCK, 4000));
  expect(store.bytes).toBe(4 * BYTES);
  expect(found(store, ids(3 * BLOCK))).toBe(2);
  keep(store, ids(BLOCK, 6000));
  expect(store.bytes).toBe(4 * BYTES);
  expect(found(store, [...ids(BLOCK), ...ids(BLOCK + 1, 2000)])).toBe(1);
  expect(found(store, ids(3 * BLOCK))).toBe(2);
  for (let i = 0; i < 20; i++) keep(store, ids(70, 10_000 * i));
  expect(store.bytes).toBeLessThanOrEqual(4 * BYTES);
  keep(store, ids(20 * BLOCK, 300_000));
  // The beginning of what is too long.
  expect([store.bytes, found(store, ids(30 * BLOCK, 300_000))]).toEqual([4 * BYTES, 4]);
});

test('an owner who is forgotten leaves nothing, and others stay', () => {
  const store = storeOf(9);
  const [model, other] = [{}, { owner: 'other', model: MODEL }];
  for (const reader of [READER, { owner: 'acme', model }, other]) keep(store, ids(70), reader);
  store.forgetOwner('acme');
  expect(store.bytes).toBe(2 * BYTES);
  expect([found(store, ids(70)), found(store, ids(70), { owner: 'acme', model })]).toEqual([0, 0]);
  expect(found(store, ids(70), other)).toBe(2);
});

test('a store that is closed has nothing, and keeps nothing more', () => {
  const store = storeOf(9);
  keep(store, ids(70));
  keep(store, ids(70), { owner: 'other', model: {} });
  store.close();
  keep(store, ids(70, 2000));
  expect([store.bytes, found(store, ids(70)), found(store, ids(70, 2000))]).toEqual([0, 0, 0]);
});

test('a model that is forgotten leaves nothing, and what is read of it later is not kept', () => {
  const store = storeOf(9);
  keep(store, ids(70));
  keep(store, ids(70), { owner: 'other', model: MODEL });
  store.forgetModel(MODEL);
  expect([store.bytes, found(store, ids(70))]).toEqual([0, 0]);
  keep(store, ids(70));
  expect([store.bytes, found(store, ids(70))]).toEqual([0, 0]);
});
