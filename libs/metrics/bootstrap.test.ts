import { describe, expect, test } from 'vitest';
import { first } from '#collections/items.js';
import { bootstrap, bootstrapGroups } from './bootstrap.js';

const range = (n: number) => Array.from({ length: n }, (_, i) => i);

describe('bootstrap', () => {
  test('of a mean is as wide as its standard error says', () => {
    // 0 to 999: mean 499.5, deviation 288.7, standard error 9.13.
    const [low, high] = bootstrap([range(1000)], first);
    expect(Math.abs(low - (499.5 - 1.96 * 9.13))).toBeLessThan(1.5);
    expect(Math.abs(high - (499.5 + 1.96 * 9.13))).toBeLessThan(1.5);
  });

  test('is the same for the same values', () =>
    expect(bootstrap([range(30)], first)).toEqual(bootstrap([range(30)], first)));

  test('of values that do not vary is a point', () =>
    expect(bootstrap([[2, 2, 2]], first)).toEqual([2, 2]));

  test('pairs columns: a constant difference is sure, however the values vary', () => {
    const before = range(50);
    const after = before.map((value) => value - 3);
    const change = ([b, a]: readonly number[]) => a! - b!;
    const [low, high] = bootstrap([before, after], change);
    expect(low).toBeCloseTo(-3, 12);
    expect(high).toBeCloseTo(-3, 12);
  });

  test('leaves out what a question has not', () => {
    const [low, high] = bootstrap([[1, Number.NaN, 3, Number.NaN, 2]], ([mean = 0]) =>
      Number.isNaN(mean) ? 2 : mean,
    );
    expect(low).toBeGreaterThanOrEqual(1);
    expect(high).toBeLessThanOrEqual(3);
  });

  test('takes a report of 100,000 rows', () => {
    const [low, high] = bootstrap([range(100_000)], first);
    expect(low).toBeLessThan(49_999.5);
    expect(high).toBeGreaterThan(49_999.5);
    expect(high - low).toBeLessThan(500);
  });

  test('draws from each of several groups by itself', () => {
    const sizes: number[] = [];
    const intervals = bootstrapGroups([2, 5], ([few, more]) => {
      sizes.push(few!.length, more!.length);
      return [Math.max(...more!), Math.min(...few!), 7];
    });
    expect(new Set(sizes)).toEqual(new Set([2, 5]));
    expect(intervals).toEqual([
      [2, 4],
      [0, 1],
      [7, 7],
    ]);
    expect(() => bootstrapGroups([1, 0], () => [0])).toThrow(RangeError);
  });

  test('refuses no questions', () => expect(() => bootstrap([[]], first)).toThrow(RangeError));
});
