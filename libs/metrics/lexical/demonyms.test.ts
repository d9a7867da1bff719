import { expect, test } from 'vitest';
import { isDemonym } from './demonyms.js';

test.each([
  ['chile', 'chilean', true],
  ['japanese', 'japan', true],
  ['italy', 'italian', true],
  ['china', 'chinese', true],
  ['bangladesh', 'bangladeshi', true],
  ['germany', 'german', false],
  ['oman', 'roman', false],
  ['maria', 'marie', false],
  ['quill', 'quilter', false],
])('%s, %s: %s', (a, b, expected) => expect(isDemonym(a, b)).toBe(expected));
