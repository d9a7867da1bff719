import { describe, expect, test } from 'vitest';
import { brunet, honore, linguisticScore, perplexity } from './fluency.js';
import { wordTokens } from './word-tokens.js';

describe('wordTokens', () => {
  test.each([
    ["Isabella's father isn't a dancer, is he?", "isabella 's father is n't a dancer , is he ?"],
    [
      'He met Dr. Who in Washington D.C., USA. Yes.',
      'he met dr. who in washington d.c. , usa . yes .',
    ],
    ['It cost $3.88 (about 3,36)...', 'it cost $ 3.88 ( about 3,36 ) ...'],
    ['Titled "The End." It sold.', 'titled " the end . " it sold .'],
    ['I cannot say.', 'i can not say .'],
    ['a@b.es', 'a @ b.es'],
    ['', ''],
  ])('separates %s', (text, expected) => expect(wordTokens(text).join(' ')).toBe(expected));
});

describe('fluency', () => {
  // "the cat sat on the mat .": N = 7, V = 6, V1 = 5.
  const sentence = 'The cat sat on the mat.';

  test('has Brunet: 7^(6^-0.165)', () => {
    expect(6 ** -0.165).toBeCloseTo(0.744055007, 8);
    expect(brunet(sentence)).toBeCloseTo(4.254019029, 8);
  });

  test('has Honore: 100 ln 7 / (1 - 5/6 + 0.1)', () =>
    expect(honore(sentence)).toBeCloseTo(729.7163059, 6));

  test('stays finite at the edges', () => {
    expect(brunet('')).toBe(1000);
    expect(honore('word')).toBe(0);
    // Every word once: the denominator is epsilon.
    expect(honore('one two')).toBeCloseTo((100 * Math.log(2)) / 0.1, 9);
  });

  test('has perplexity: two tokens at 1/4 and 1/16', () => {
    expect(perplexity(Math.log(1 / 4) + Math.log(1 / 16), 2)).toBeCloseTo(8, 12);
    expect(perplexity(0, 0)).toBeUndefined();
  });
});

describe('linguisticScore', () => {
  test('averages over the set first: PPL 3, BI 4, HS 99', () => {
    // sigma: 1/4, 1/5, 99/100; harmonic mean 3 / (4 + 5 + 100/99).
    const answers = [
      { perplexity: 2, brunet: 3, honore: 48 },
      { perplexity: 4, brunet: 5, honore: 150 },
    ];
    expect(linguisticScore(answers)).toBeCloseTo(3 / (4 + 5 + 100 / 99), 12);
  });

  test('leaves an answer of no tokens out of the perplexity alone', () => {
    const answers = [
      { perplexity: 3, brunet: 4, honore: 99 },
      { brunet: 1000, honore: 0 },
    ];
    expect(linguisticScore(answers)).toBeCloseTo(3 / (4 + 503 + 50.5 / 49.5), 12);
  });

  test('is 0 for a model that fell silent', () => {
    expect(linguisticScore([{ brunet: 1000, honore: 0 }])).toBe(0);
    expect(linguisticScore([{ perplexity: 5, brunet: 1, honore: 0 }])).toBe(0);
  });
});
