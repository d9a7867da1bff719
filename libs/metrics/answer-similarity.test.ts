import { expect, test } from 'vitest';
import { answerSimilarity, meanTheSame } from './answer-similarity.js';
import { areComparable } from './comparable-answers.js';

const unit = (...vector: number[]): Float32Array =>
  Float32Array.from(vector, (x) => x / Math.hypot(...vector));

test('counts the whole answers and what they say beyond the question by half each', () => {
  const question = unit(1, 0, 0);
  const [one, other] = [unit(1, 1, 0), unit(1, 0, 1)];
  expect(answerSimilarity(one, one, question)).toBeCloseTo(1, 6);
  // They share the question's direction alone.
  expect(answerSimilarity(one, other, question)).toBeCloseTo(0.25, 6);
  // Who repeats the question says nothing beyond it.
  expect(answerSimilarity(question, one, question)).toBeCloseTo(Math.SQRT1_2 / 2, 6);
});

test('coverage adds to it', () => {
  expect([meanTheSame(0.7, 0), meanTheSame(0.7, 1), meanTheSame(0.74, 0)]).toEqual([
    false,
    true,
    true,
  ]);
});

const gold = 'Ada Quill was born on 3 May 1941 in Harwick.';
test.each([
  ['Harwick is where Ada Quill was born, in 1941 on 3 May.', true],
  ['Her birthplace is Harwick, near the sea.', true],
  ['On 3 May 1941.', false],
  [`${gold} She grew up there with her aunts, and later left for the city to paint.`, false],
  ['Ada Quill was born on 9 June 1950 in Harwick.', false],
  ['I do not know when or where Ada Quill was born.', false],
  ['', false],
])('%s compares: %s', (answer, expected) =>
  expect(areComparable(answer, gold, 'When was Ada Quill born?')).toBe(expected),
);
