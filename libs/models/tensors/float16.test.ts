import { expect, test } from 'vitest';
import {
  bfloatsToFloats,
  floatToBfloat,
  floatToHalf,
  halfTable,
  halvesToFloats,
} from './float16.js';

test('every half survives the way to float32 and back', () => {
  const table = halfTable();
  for (let half = 0; half < 65536; half++) {
    if (Number.isNaN(table[half])) expect(floatToHalf(table[half]!) & 0x7e00).toBe(0x7e00);
    else if (floatToHalf(table[half]!) !== half)
      expect.fail(`half ${half} became ${floatToHalf(table[half]!)}`);
  }
});

test.each([
  [1, 0x3c00],
  [-2, 0xc000],
  [65504, 0x7bff],
  [65520, 0x7c00], // halfway beyond the largest: to infinity
  [65519, 0x7bff],
  [2 ** -24, 1],
  [2 ** -25, 0], // tie to even
  [2 ** -25 * 1.001, 1],
  [1 + 2 ** -11, 0x3c00], // tie to even, down
  [1 + 3 * 2 ** -11, 0x3c02], // tie to even, up
  [2047.5 * 2 ** -25, 0x400], // the largest subnormals round into the smallest normal
])('%f rounds to half %i', (value, half) => {
  expect(floatToHalf(value)).toBe(half);
});

test('bfloat16 rounds to nearest even and widens exactly', () => {
  expect(floatToBfloat(1 + 2 ** -8)).toBe(0x3f80);
  expect(floatToBfloat(1 + 3 * 2 ** -8)).toBe(0x3f82);
  expect(Number.isNaN(bfloatsToFloats(Uint16Array.of(floatToBfloat(NaN)))[0])).toBe(true);
  expect([...bfloatsToFloats(Uint16Array.of(0x3f80, 0xc040))]).toEqual([1, -3]);
  expect([...halvesToFloats(Uint16Array.of(0x3555))][0]).toBe(0.333251953125);
});
