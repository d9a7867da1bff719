import { describe, expect, test } from 'vitest';
import { porterStem } from './porter-stemmer.js';

describe('porterStem', () => {
  // Stems are NLTK 3.10's; those of the first group differ from plain Porter's.
  test.each([
    ['dying', 'die'],
    ['skies', 'sky'],
    ['news', 'news'],
    ['enjoy', 'enjoy'],
    ['spied', 'spi'],
    ['died', 'die'],
    ['ties', 'tie'],
    ['hopefully', 'hope'],
    ['geology', 'geolog'],
    ['ogling', 'ogl'],
    ['ices', 'ice'],
  ])('follows the extensions: %s -> %s', (word, expected) =>
    expect(porterStem(word)).toBe(expected),
  );

  test.each([
    ['caresses', 'caress'],
    ['ponies', 'poni'],
    ['agreed', 'agre'],
    ['feed', 'feed'],
    ['hopping', 'hop'],
    ['filing', 'file'],
    ['relational', 'relat'],
    ['happy', 'happi'],
    ['electricity', 'electr'],
    ['adoption', 'adopt'],
    ['controlling', 'control'],
    ['probate', 'probat'],
    ['rate', 'rate'],
    ['is', 'is'],
    ['2024', '2024'],
  ])('follows the algorithm: %s -> %s', (word, expected) =>
    expect(porterStem(word)).toBe(expected),
  );

  test('takes words that are names of object members', () =>
    expect(porterStem('constructor')).toBe('constructor'));
});
