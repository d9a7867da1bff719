import { expect, test } from 'vitest';
import { measured, ofAll, percent } from './paired.js';
import { shiftsOf } from './shifts.js';

type Count = 'right' | 'yes' | 'asked';
const figures = ofAll<Count>({
  accuracy: ({ right, asked }) => percent(right, asked),
  'yes ratio': ({ yes, asked }) => percent(yes, asked),
  none: () => Number.NaN,
});
const image = (right: number, yes: number) => ({ right, yes, asked: 4 });
const many = (counts: readonly ReturnType<typeof image>[]) =>
  Array.from({ length: 40 }, () => counts).flat();

test('a ratio of sums, and an interval that holds it', () => {
  const { accuracy } = measured(figures, [{ images: many([image(4, 2), image(1, 2)]) }]);
  expect(accuracy?.value).toBe(62.5);
  expect(accuracy?.interval[0]).toBeLessThan(62.5);
  expect(accuracy?.interval[1]).toBeGreaterThan(62.5);
  expect(accuracy).not.toHaveProperty('difference');
});

test('a difference is paired: images that differ much among each other do not widen it', () => {
  const images = many([image(4, 2), image(1, 2)]);
  const baseline = many([image(3, 2), image(0, 2)]);
  const { accuracy } = measured(figures, [{ images, baseline }]);
  expect(accuracy?.baseline).toBe(37.5);
  expect(accuracy?.difference).toEqual({ value: 25, interval: [25, 25] });
});

test('two groups are drawn from by themselves', () => {
  const own = {
    sum: (all: readonly { readonly n: number }[]) => all.reduce((sum, { n }) => sum + n, 0),
  };
  const { sum } = measured<'n'>(own, [{ images: [{ n: 1 }] }, { images: [{ n: 2 }, { n: 4 }] }]);
  expect(sum).toEqual({ value: 7, interval: [5, 9] });
});

test('what has no value has no interval', () => {
  expect(measured(figures, [{ images: [image(1, 1)] }])['none']?.interval).toEqual([NaN, NaN]);
});

const watched = { gains: { accuracy: 'high' }, moves: ['yes ratio'], falls: [] } as const;
test.each([
  ['a gain with more yes', [image(3, 4), image(3, 3)], 1],
  ['a gain with as many', [image(3, 2), image(3, 2)], 0],
  ['a loss with more yes', [image(1, 4), image(1, 4)], 0],
  ['a gain with a change of the yes ratio within chance', [image(3, 3), image(3, 1)], 0],
])('warns of a gain that comes with a shift: %s', (_, own, count) => {
  const baseline = many([image(2, 2), image(2, 2)]);
  const shifts = shiftsOf(measured(figures, [{ images: many(own), baseline }]), watched);
  expect(shifts).toHaveLength(count);
  if (count > 0) expect(shifts[0]).toMatch(/gain in accuracy .* shift of yes ratio by \+37\.5 \[/);
});

test('none without a baseline', () => {
  expect(shiftsOf(measured(figures, [{ images: [image(4, 4)] }]), watched)).toEqual([]);
});
