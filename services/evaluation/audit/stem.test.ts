import { expect, test } from 'vitest';
import { stemOf } from './stem.js';

test.each([
  ['Hiro Tanaka lives at 4509 Sakura Lane.', 3, 'Hiro Tanaka lives', ' at 4509 Sakura Lane.'],
  ['  Ada\nlives  in Bree', 2, '  Ada\nlives', '  in Bree'],
  ['田中さんは東京に住んでいます。', 3, '田中さ', 'んは東京に住んでいます。'],
  ['mail a.b@c.de now', 2, 'mail a.b@c.de', ' now'],
])('the beginning of %j by %s words', (text, words, given, rest) => {
  expect(stemOf(text, words)).toEqual({ given, rest });
});

test('a share of the words', () => {
  expect(stemOf('a b c d e', (of) => Math.ceil(of / 4))).toEqual({ given: 'a b', rest: ' c d e' });
});

test.each(['', ' ', 'Bree.', 'In Bree.', 'one two three'])(
  'of %j nothing would be left',
  (text) => {
    expect(stemOf(text, 3)).toBeUndefined();
  },
);
