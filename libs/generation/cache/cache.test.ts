// What layers with and without a window keep of sequences. That answers are right: test/golden,
// model-runner.test.ts.

import { expect, test } from 'vitest';
import { cacheInputs, decodeSizes } from '#models/passes/attention/cached-attention.js';
import { HIDDEN } from '#models/passes/attention/sequence-inputs.js';
import { TINY_CONFIG } from '#testing/tiny-model.js';
import { Cache } from './cache.js';

const WINDOW = 7;
/** The first layer has a window, the second has none. */
const config = {
  ...TINY_CONFIG,
  modelType: 'mistral',
  numKeyValueHeads: 1,
  headDim: 2,
  rope: { dim: 2, theta: 10_000 },
  windows: [WINDOW, null],
};

/** Keys hold the position, values a thousand more. */
const prompt = (length: number) => {
  const keys = Float32Array.from({ length: 2 * length }, (_, i) => Math.floor(i / 2));
  return {
    length,
    keys: [keys, keys],
    values: [keys.map((x) => x + 1000), keys.map((x) => x + 1000)],
  };
};
const freshAt = (...positions: number[]) => {
  const fresh = Float32Array.from(
    positions.flatMap((position) => [position, position, position + 1000, position + 1000]),
  );
  return [fresh, fresh];
};

function seen(cache: Cache, row: number, layer: number): number[] {
  const feeds = cache.feeds();
  const attentionMask = feeds[cacheInputs.attentionMask(layer === 0 ? WINDOW : undefined)]!;
  const keys = feeds[cacheInputs.keys(layer)]!;
  const values = feeds[cacheInputs.values(layer)]!;
  const slots = keys.dims[3]!;
  expect(attentionMask.dims).toEqual([keys.dims[0], 1, 1, 1, slots + 1]);
  expect(attentionMask.data[row * (slots + 1) + slots]).toBe(0);
  const visible = Array.from({ length: slots }, (_, slot) => slot).filter(
    (slot) => attentionMask.data[row * (slots + 1) + slot] !== HIDDEN,
  );
  for (const slot of visible)
    expect(values.data[(row * slots + slot) * 2]).toBe(
      Number(keys.data[(row * slots + slot) * 2]) + 1000,
    );
  return visible
    .map((slot) => Number(keys.data[(row * slots + slot) * 2]))
    .toSorted((a, b) => a - b);
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) => from + i);

test('a layer with a window keeps and sees the tokens in it, one without sees all', () => {
  const cache = new Cache(config);
  cache.insert(1, prompt(20));
  cache.insert(2, prompt(3));
  for (let i = 0; i < 60; i++) {
    expect(seen(cache, 0, 0)).toEqual(range(20 + i - WINDOW + 1, 20 + i));
    expect(seen(cache, 1, 0)).toEqual(range(Math.max(0, 3 + i - WINDOW + 1), 3 + i));
    expect(seen(cache, 0, 1)).toEqual(range(0, 20 + i));
    expect(seen(cache, 1, 1)).toEqual(range(0, 3 + i));
    cache.append(freshAt(20 + i, 3 + i));
  }
  expect(cache.feeds()[cacheInputs.keys(0)]!.dims[3]).toBe(WINDOW - 1);
  expect(decodeSizes(config, 2, cache.capacity)).toMatchObject({
    [`past.${WINDOW}`]: WINDOW - 1,
    past: cache.capacity,
  });
});

test('a row that leaves is filled by the last, and memory goes with the last row', () => {
  const cache = new Cache(config);
  for (const [id, length] of [
    [1, 9],
    [2, 70],
    [3, 4],
  ] as const)
    cache.insert(id, prompt(length));
  cache.remove(1);
  expect([cache.rowOf(3), cache.rowOf(2)]).toEqual([0, 1]);
  expect([seen(cache, 0, 0), seen(cache, 1, 0)]).toEqual([range(0, 4), range(64, 70)]);
  expect(seen(cache, 1, 1)).toEqual(range(0, 70));
  cache.remove(2);
  cache.remove(3);
  expect([cache.size, cache.capacity]).toEqual([0, 0]);
});

test('short rows do not keep the room of a long one that has left', () => {
  const cache = new Cache(config);
  cache.insert(1, prompt(500));
  for (const id of [2, 3]) cache.insert(id, prompt(20));
  expect(cache.capacity).toBe(512);
  cache.remove(1);
  expect(cache.capacity).toBe(64);
  for (const row of [0, 1]) {
    expect(seen(cache, row, 0)).toEqual(range(20 - WINDOW + 1, 20));
    expect(seen(cache, row, 1)).toEqual(range(0, 20));
  }
  for (let i = 0; i < 60; i++) cache.append(freshAt(20 + i, 20 + i));
  expect(cache.capacity).toBe(128);
  expect(seen(cache, 1, 1)).toEqual(range(0, 80));
  cache.insert(4, prompt(300));
  expect(seen(cache, 0, 1)).toEqual(range(0, 80));
  expect(seen(cache, 2, 0)).toEqual(range(300 - WINDOW + 1, 300));
});

test('a row is copied to a new one, or over another, and each then goes on by itself', () => {
  const cache = new Cache(config);
  cache.insert(1, prompt(12));
  cache.insert(2, prompt(3));
  cache.copy(1, 3);
  expect(seen(cache, 2, 0)).toEqual(range(12 - WINDOW + 1, 12));
  cache.append(freshAt(12, 3, 500));
  cache.copy(3, 2);
  for (const row of [1, 2]) expect(seen(cache, row, 1)).toEqual([...range(0, 12), 500]);
  expect(seen(cache, 0, 1)).toEqual(range(0, 13));
  cache.remove(1);
  expect(seen(cache, cache.rowOf(2), 1)).toEqual([...range(0, 12), 500]);
});
