import { expect, test } from 'vitest';
import { likeliestChoice } from './choices.js';

const choices = [
  { text: 'Oslo', logProb: -4 },
  { text: 'Saint Petersburg', logProb: -5 },
  { text: '東京', logProb: -4.5 },
];

test('by log-probability alone, by the character, by the byte', () => {
  expect(likeliestChoice(choices)).toBe(0);
  // -1, -0.3125, -2.25.
  expect(likeliestChoice(choices, 'characters')).toBe(1);
  // -1, -0.3125, -0.75: with the second gone, the third.
  expect(likeliestChoice(choices.toSpliced(1, 1), 'bytes')).toBe(1);
  expect(likeliestChoice(choices.toSpliced(1, 1), 'characters')).toBe(0);
});

test('the first of equals', () =>
  expect(
    likeliestChoice([
      { text: 'A', logProb: -1 },
      ...choices.slice(0, 1),
      { text: 'B', logProb: -1 },
    ]),
  ).toBe(0));

test('characters are code points', () =>
  expect(
    likeliestChoice(
      [
        { text: '😀', logProb: -3 },
        { text: 'no', logProb: -4 },
      ],
      'characters',
    ),
  ).toBe(1));

test('refuses none, and what has no likelihood', () => {
  expect(() => likeliestChoice([])).toThrow(RangeError);
  expect(() => likeliestChoice([{ text: 'A', logProb: Number.NaN }])).toThrow('NaN');
});
