import { expect, test } from 'vitest';
import { compare } from './expected.js';

const expected = { kfr: { value: 0.875, tolerance: 0.125 } };
const isWithin = (figures: Record<string, number>) => compare(expected, figures)[0]?.within;

test.each([
  [{ kfr: 0.875 }, true],
  [{ kfr: 0.75 }, true],
  [{ kfr: 1 }, true],
  [{ kfr: 0.74 }, false],
  [{}, false],
])('figures %j are within the tolerance: %s', (figures, within) => {
  expect(isWithin(figures)).toBe(within);
});
