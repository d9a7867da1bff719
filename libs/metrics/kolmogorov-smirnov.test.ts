import { describe, expect, test } from 'vitest';
import { ksTest } from './kolmogorov-smirnov.js';

const range = (n: number, from = 0) => Array.from({ length: n }, (_, i) => i + from);

describe('ksTest', () => {
  test('counts paths: one value against one', () => {
    // Two orders of two values, each at distance 1.
    expect(ksTest([1], [2])).toEqual({ statistic: 1, pValue: 1 });
  });

  test('counts paths: two values wholly below two', () => {
    // Of the six orders of aabb, two (aabb, bbaa) are at distance 1.
    const result = ksTest([1, 2], [3, 4]);
    expect(result.statistic).toBe(1);
    expect(result.pValue).toBeCloseTo(1 / 3, 14);
  });

  test.each([
    { a: [1, 2, 3, 4, 5], b: [3.5, 4.5, 5.5], statistic: 0.6, p: 0.4642857142857143 },
    {
      a: [1, 2, 2, 3],
      b: [2, 3, 4, 4, 5, 6, 7],
      statistic: 0.7142857142857143,
      p: 0.12121212121212123,
    },
    { a: range(40), b: range(300, 12.5), statistic: 0.91, p: 4.277266891943383e-34 },
  ])('equals scipy 1.17: p = $p', ({ a, b, statistic, p }) => {
    const result = ksTest(a, b);
    expect(result.statistic).toBeCloseTo(statistic, 14);
    expect(result.pValue / p).toBeCloseTo(1, 9);
  });

  test('finds no distance between a sample and itself', () =>
    expect(ksTest([1, 2, 2], [2, 1, 2])).toEqual({ statistic: 0, pValue: 1 }));

  test('falls back to the limit for very large samples', () => {
    const { pValue } = ksTest(range(20_000), range(20_000, 200.5));
    // z = 0.01005 sqrt(10000) = 1.005, where Kolmogorov's distribution leaves 0.2648.
    expect(pValue).toBeCloseTo(0.265, 2);
  });

  test('refuses an empty sample and NaN', () => {
    expect(() => ksTest([], [1])).toThrow(RangeError);
    expect(() => ksTest([Number.NaN], [1])).toThrow(RangeError);
  });
});
