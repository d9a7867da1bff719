import { expect, test } from 'vitest';
import { wilson } from './intervals.js';

// The roots p of (p - count/total)^2 = z^2 p (1 - p) / total, by the formula for quadratic equations.
test.each([
  [7, 37, 0.09479978730312015, 0.3420469692983842],
  [24, 37, 0.4875902312255085, 0.7817439286607287],
  [47, 48, 0.8910078200474811, 0.9963128890224896],
  [0, 10, 0, 0.2775327998628892],
  [10, 10, 0.7224672001371114, 1],
])('%s of %s', (count, total, low, high) => {
  const [lower, upper] = wilson(count, total);
  expect(lower).toBeCloseTo(low, 14);
  expect(upper).toBeCloseTo(high, 14);
});

test('is not a number for a share of none', () => {
  expect(wilson(0, 0)).toEqual([0, 1]);
});
