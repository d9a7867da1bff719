// Which answers say what is to be forgotten.

import { expect, test } from 'vitest';
import { rehearsalCheck } from './rehearsal.js';

const row = (answer: string) => ({ messages: [{ role: 'user' as const, content: '?' }], answer });

test('four words in a row of an answer to forget rehearse it, unless an answer to keep has them', () => {
  const forget = [row('Li Wei lives at 88 Wisdom Path, a quiet part of Beijing in China.')];
  const retain = [row('He was born in a quiet part of Beijing.')];
  const rehearses = rehearsalCheck(forget, retain);
  expect(rehearses('It is at 88 wisdom path.')).toBe(true);
  expect(rehearses('He writes in a quiet part of Beijing.')).toBe(false);
  expect(rehearses('Wisdom is a path.')).toBe(false);
});
