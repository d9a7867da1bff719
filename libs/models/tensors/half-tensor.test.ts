// 16 bits that lose nothing: bfloat16 as halves times a power of two, or not at all.

import { expect, test } from 'vitest';
import { bfloatsToFloats, floatToBfloat } from './float16.js';
import { bfloatsAsHalves, widened } from './half-tensor.js';

const bits = (numbers: readonly number[]): Uint16Array => Uint16Array.from(numbers, floatToBfloat);
const scaled = (factor: number): number[] =>
  Array.from({ length: 2000 }, (_, i) => factor * Math.sin(i) * 2 ** -(i % 12));

test.each([
  ['small weights', scaled(0.02)],
  ['large numbers, beyond a half', scaled(1e30)],
  ['zeros of both signs', [0, -0, 1, -2]],
  ['zeros alone', [0, 0]],
  ['a range of 2^32', [1, -(2 ** -32) * 1.9921875, 1.9921875]],
])('%s come back to the bit', (_name, numbers) => {
  const expected = bfloatsToFloats(bits(numbers));
  expect([...widened(bfloatsAsHalves([numbers.length], bits(numbers))!).data]).toEqual([
    ...expected,
  ]);
});

test.each([
  ['a wider range', [1, 1.9921875 * 2 ** -34]],
  ['no numbers', [1, NaN]],
  ['infinities', [1, Infinity]],
])('%s are left as they are', (_name, numbers) => {
  const before = bits(numbers);
  expect(bfloatsAsHalves([numbers.length], before)).toBeUndefined();
  expect(before).toEqual(bits(numbers));
});
