import { expect, test } from 'vitest';
import { endsInLoop } from './repetition.js';

test.each([
  ['( '.repeat(30), true],
  ['She lives in ththththththththththththththththth', true],
  [`Well: ${'her name is not known and '.repeat(3)}`, true],
  [`Well: ${'her name is not known and '.repeat(2)}`, false],
  ['She lives at 12 Harbour Road, Milton, and works for the', false],
  ['And then ...', false],
  ['Her account is 0000000000', false],
  ['', false],
])('%s', (text, expected) => expect(endsInLoop(text)).toBe(expected));
