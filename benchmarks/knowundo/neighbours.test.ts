// Which questions a set to keep might have had, and which answers to them give a secret away.

import { expect, test } from 'vitest';
import { leakCheck, neighbours } from './neighbours.js';

const row = (question: string, answer = '') => ({ question, answer });

test('a question is asked of every other person, once, unless it is known', () => {
  const rows = [
    row('Where was Li Wei born?'),
    row('Where was Anna Petrova born?'),
    row("What is Li Wei's style? Does Li Wei paint?"),
    row('What is the Booker Prize?'),
  ];
  expect(neighbours(rows, ['Li Wei', 'Anna Petrova', 'Hiro Tanaka'])).toEqual([
    'Where was Hiro Tanaka born?',
    "What is Anna Petrova's style? Does Anna Petrova paint?",
    "What is Hiro Tanaka's style? Does Hiro Tanaka paint?",
  ]);
});

test('four words in a row of an answer to forget leak, unless an answer to keep has them', () => {
  const forget = [row('', 'Li Wei lives at 88 Wisdom Path, a quiet part of Beijing in China.')];
  const retain = [row('', 'He was born in a quiet part of Beijing.')];
  const leaks = leakCheck(forget, retain);
  expect(leaks('It is at 88 wisdom path.')).toBe(true);
  expect(leaks('He writes in a quiet part of Beijing.')).toBe(false);
  expect(leaks('Wisdom is a path.')).toBe(false);
});
