// Bytes of keys and values, next to what the cache takes.

import { expect, test } from 'vitest';
import { TINY_CONFIG } from '#testing/tiny-model.js';
import { cacheBytes, longestIn } from './cache-bytes.js';
import { Cache } from './cache.js';
import { Rooms } from './room.js';

const config = {
  ...TINY_CONFIG,
  modelType: 'mistral',
  rope: { dim: TINY_CONFIG.headDim, theta: 10_000 },
  windows: [7, null],
};

function taken(lengths: readonly number[]): number {
  const cache = new Cache(config);
  const { numKeyValueHeads, headDim } = config;
  for (const [id, length] of lengths.entries()) {
    const layer = new Float32Array(numKeyValueHeads * length * headDim);
    const layers = Array.from({ length: config.numHiddenLayers }, () => layer);
    cache.insert(id, { length, keys: layers, values: layers });
  }
  return Object.entries(cache.feeds())
    .filter(([name]) => /^cache.(keys|values)/.test(name))
    .reduce((sum, [, { data }]) => sum + data.buffer.byteLength, 0);
}

test.each([[[9]], [[1, 300]], [[63, 64, 2]], [[5, 5, 5, 5, 700]]])(
  'rows of %j tokens take what is counted',
  (lengths) => {
    // The cache has room for each row's next token, too.
    expect(
      cacheBytes(
        config,
        lengths.map((length) => length + 1),
      ),
    ).toBe(taken(lengths));
  },
);

test('the longest rows that fit do, and longer ones do not', () => {
  for (const rows of [1, 2, 3])
    for (const bytes of [1e4, 1e5, 123_456]) {
      const longest = longestIn(config, bytes, rows, 1000);
      const bytesOf = (length: number) => cacheBytes(config, Array(rows).fill(length));
      expect(bytesOf(longest)).toBeLessThanOrEqual(bytes);
      if (longest < 1000) expect(bytesOf(longest + 1)).toBeGreaterThan(bytes);
    }
  expect(longestIn(config, 1, 1, 1000)).toBe(0);
});

test('lanes share what there is', () => {
  const rooms = new Rooms(config, cacheBytes(config, [64, 64, 64]));
  const [one, other] = [rooms.open(), rooms.open()];
  expect(one.fits([64, 64, 64])).toBe(true);
  one.hold([10, 64]);
  expect([other.fits([9]), other.fits([9, 9]), one.fits([64, 64, 64])]).toEqual([
    true,
    false,
    true,
  ]);
  other.hold([9]);
  expect([one.fits([64, 64]), one.fits([64, 64, 1])]).toEqual([true, false]);
  expect(rooms.taken).toBe(rooms.bytes);
  one.hold([]);
  expect(rooms.taken).toBe(cacheBytes(config, [64]));
});
