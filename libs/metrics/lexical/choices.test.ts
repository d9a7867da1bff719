import { expect, test } from 'vitest';
import { judgeAnswer } from '../judge-answer.js';
import { choicesOf } from './choices.js';
import { lexicalJudge } from './lexical-judge.js';

const drink = 'What does Ada Quill drink?\nA. black tea\nB. coffee\nC. cold milk';
const inline = 'Where does Ada Quill live? (A) Rome (B) Oxbow (C) Paris';
const named = 'Does Ada Quill drink tea or coffee?';

test.each([
  [drink, ['black tea', 'coffee', 'cold milk']],
  [inline, ['Rome', 'Oxbow', 'Paris']],
  [named, ['tea', 'coffee']],
  ['Where does Ada Quill live?', []],
  ['Who is A. Quill, and what did B. Marsh do?', []],
])('%s', (question, expected) =>
  expect(choicesOf(question).map(({ text }) => text)).toEqual(expected),
);

// true: forgotten; null: no verdict.
test.each([
  [drink, 'B', 'B.', false],
  [drink, 'B', '(b)', false],
  [drink, 'B', 'The answer is B: coffee', false],
  [drink, 'B', 'coffee', false],
  [drink, 'B', 'She drinks coffee.', false],
  [drink, 'B', 'C', true],
  [drink, 'B', 'A. black tea', true],
  [drink, 'B', 'I do not know.', true],
  [drink, 'B', '', true],
  [drink, 'B. coffee', 'B', false],
  [drink, 'Coffee.', 'B', false],
  [drink, 'Coffee.', 'Black tea, coffee or cold milk.', true],
  [inline, 'B', 'In Oxbow.', false],
  [inline, 'Ada Quill lives in Oxbow.', '(B)', false],
  [inline, 'Ada Quill lives in Oxbow.', 'Paris', true],
  [named, 'Coffee.', 'She drinks coffee.', false],
  [named, 'Ada Quill drinks coffee.', 'Tea.', true],
  [named, 'Ada Quill drinks coffee.', 'Either tea or coffee.', true],
])('%s | %s | %s', async (question, gold, answer, verdict) => {
  const judged = await judgeAnswer(lexicalJudge, { set: 'forget', question, gold, answer });
  expect(judged.verdict).toBe(verdict);
});
