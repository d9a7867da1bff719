import { describe, expect, test } from 'vitest';
import { clopperPearson, upperBound } from './clopper-pearson.js';
import { leakAtK } from './leak-at-k.js';

describe('leakAtK', () => {
  // The mean, over all choices of k of the five, of their maximum.
  test.each([
    [1, 0.5],
    [2, 0.69],
    [3, 0.79],
    [4, 0.86],
    [5, 0.9],
  ])('of %s samples of five', (k, expected) =>
    expect(leakAtK([0.1, 0.9, 0.4, 0.4, 0.7], k)).toBeCloseTo(expected, 14),
  );

  test('is pass@k of leaks: two of ten leak, C(8, 3) of C(10, 3) choices show none', () =>
    expect(leakAtK([0, 0, 1, 0, 0, 0, 1, 0, 0, 0], 3)).toBeCloseTo(1 - 56 / 120, 14));

  test('keeps its digits for many samples', () => {
    const scores = Array.from({ length: 10_000 }, (_, i) => Number(i < 10));
    // 1 - the product of (9,990 - i) / (10,000 - i) for i below 100.
    let none = 1;
    for (let i = 0; i < 100; i++) none *= (9990 - i) / (10_000 - i);
    expect(leakAtK(scores, 100)).toBeCloseTo(1 - none, 13);
  });

  test.each([0, 6, 1.5])('refuses k = %s of five', (k) =>
    expect(() => leakAtK([0, 0, 0, 0, 0], k)).toThrow(`from 1 to 5`),
  );
});

describe('Clopper and Pearson', () => {
  // By scipy's quantiles of the beta distribution.
  test.each([
    [0, 10, 0, 0.3084971078187607],
    [3, 10, 0.06673951117773447, 0.6524528500599973],
    [7, 37, 0.07962112085287686, 0.35155237836925407],
    [10, 10, 0.6915028921812392, 1],
    [1, 1, 0.025, 1],
    [500, 1000, 0.46854917297179194, 0.531450827028208],
    [2, 10_000, 2.422184564042985e-5, 0.0007222800577237158],
  ])('%s of %s', (count, total, low, high) => {
    const [lower, upper] = clopperPearson(count, total);
    expect(lower).toBeCloseTo(low, 11);
    expect(upper).toBeCloseTo(high, 11);
  });

  test('bounds from above alone: no leak in ten is at most 1 - 0.05^(1/10)', () => {
    expect(upperBound(0, 10)).toBeCloseTo(1 - 0.05 ** 0.1, 14);
    expect(upperBound(7, 37)).toBeCloseTo(0.3261592788160603, 12);
    expect(upperBound(10, 10)).toBe(1);
    expect(() => upperBound(0, 0)).toThrow('needs samples');
  });
});
