import { expect, test } from 'vitest';
import { isDemonym } from './demonyms.js';
import { normalWord } from './words.js';

test.each([
  ['chile', 'chilean', true],
  ['japanese', 'japan', true],
  ['italy', 'italian', true],
  ['china', 'chinese', true],
  ['bangladesh', 'bangladeshi', true],
  ['germany', 'german', true],
  ['irish', 'ireland', true],
  ['east', 'eastern', true],
  ['oman', 'roman', false],
  ['maria', 'marie', false],
  ['quill', 'quilter', false],
])('%s, %s: %s', (a, b, expected) =>
  expect(isDemonym(normalWord(a), normalWord(b))).toBe(expected),
);
