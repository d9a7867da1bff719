// The BPE trainer: merges by frequency, bytes for everything else, a file that Hugging Face's
// tokenizer reads.

import { describe, expect, test } from 'vitest';
import { Tokenizer } from '#models/text/tokenizer.js';
import { byteAlphabet, tokenizerJson, trainBpe } from './bpe.js';

const specials = ['<|pad|>', '<|end|>'];
const open = (texts: string[], size: number, minCount = 1): Tokenizer =>
  new Tokenizer({
    tokenizer: tokenizerJson(trainBpe(texts, specials, size, minCount), specials),
    config: { eos_token: '<|end|>' },
    model: 'test',
  });

describe('trainBpe', () => {
  test('merges the most frequent pair first, the smaller one of equals', () => {
    const { merges, vocabulary } = trainBpe(['abab', 'ab cd'], specials, 2 + 256 + 2, 1);
    expect(merges).toEqual([
      ['a', 'b'],
      ['ab', 'ab'],
    ]);
    expect(vocabulary.slice(-2)).toEqual(['ab', 'abab']);
  });

  test('stops where no pair is frequent enough', () => {
    expect(trainBpe(['ab ab', 'cd'], specials, 1000, 2).merges).toEqual([['a', 'b']]);
  });

  test('has 256 different characters for the bytes', () => {
    expect(new Set(byteAlphabet()).size).toBe(256);
  });

  test('writes a tokenizer that round-trips any text and keeps numbers in pairs of digits', () => {
    const tokenizer = open(['Call 555-2041 or 555-2042 now.', 'Call me now.'], 320);
    for (const text of [
      'Call 555-2041 now.',
      ' two  spaces\n\tand tabs ',
      'é ’ 日本 🙂',
      "Ada's",
    ]) {
      expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
    }
    expect(tokenizer.encode('555204').length).toBeGreaterThanOrEqual(3);
    expect(tokenizer.encode('now<|end|>').at(-1)).toBe(1);
  });
});
