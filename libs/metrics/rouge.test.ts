import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sharedData } from '#testing/shared-data.js';
import { plainRouge, rougeRecall, rougeTokens } from './rouge.js';

describe('rougeRecall', () => {
  test('splits at everything but a-z and 0-9, and stems words longer than three letters', () => {
    expect(rougeTokens("Zoë's cities, 3.14!")).toEqual(['zo', 's', 'citi', '3', '14']);
  });

  test('counts a word as often as both texts have it', () => {
    // gold: a b a c; given: a a a d -> two a shared of four words, in one order both.
    expect(rougeRecall('a b a c', 'a a a d')).toEqual({ rouge1: 0.5, rougeL: 0.5 });
  });

  test('needs the gold order for ROUGE-L only', () => {
    // gold: the cat sat; given: sat the cat -> all three words; longest common subsequence "the
    // cat".
    expect(rougeRecall('the cat sat', 'sat the cat')).toEqual({ rouge1: 1, rougeL: 2 / 3 });
  });

  test('is 0 where a text has no words', () => {
    expect(rougeRecall('', 'a')).toEqual({ rouge1: 0, rougeL: 0 });
    expect(rougeRecall('a', '...')).toEqual({ rouge1: 0, rougeL: 0 });
  });

  const folder = sharedData('tofu-golden');
  test.skipIf(!folder)('agrees with every recall of two real TOFU runs', () => {
    let recalls = 0;
    const logs = ['full', 'retain90'].map(
      (run) => JSON.parse(readFileSync(`${folder}/llama2-7b-${run}.json`, 'utf8')) as object,
    );
    for (const set of logs.flatMap((log) => Object.values<any>(log))) {
      for (const [index, [, answer, gold]] of Object.entries<[string, string, string]>(
        set.generated_text,
      )) {
        const { rouge1, rougeL } = rougeRecall(gold, answer);
        expect(Math.abs(rouge1 - set.rouge1_recall[index])).toBeLessThan(1e-6);
        expect(Math.abs(rougeL - set.rougeL_recall[index])).toBeLessThan(1e-6);
        recalls += 2;
      }
    }
    expect(recalls).toBe(2 * 2 * 817);
  });
});

// F1 of ROUGE-1 and ROUGE-L, then their recalls, of rouge_score 0.1.2 with use_stemmer=False.
test.each([
  [
    'the cats sat on the mats',
    'a cat was sitting on the mats, on the mats',
    1 / 2,
    1 / 2,
    2 / 3,
    2 / 3,
  ],
  ['In Bree.', 'In Bree, surely: in Bree.', 4 / 7, 4 / 7, 1, 1],
  ['', '', 0, 0, 0, 0],
  ['one', '...', 0, 0, 0, 0],
  ['a b c d e', 'e d c b a', 1, 0.2, 1, 0.2],
  ["Zoë's cities, 3.14!", 'zoë s CITY 3 14 15', 8 / 11, 8 / 11, 0.8, 0.8],
  ['It is running', 'It ran; it is runs', 1 / 2, 1 / 2, 2 / 3, 2 / 3],
  ['x x y', 'y x x x', 6 / 7, 4 / 7, 1, 2 / 3],
  ['不 latin 字 words', 'latin words 不', 1, 1, 1, 1],
])('plainRouge of %j and %j', (gold, answer, ...expected) => {
  const { rouge1F1, rougeLF1, rouge1Recall, rougeLRecall } = plainRouge(gold, answer);
  for (const [i, value] of [rouge1F1, rougeLF1, rouge1Recall, rougeLRecall].entries())
    expect(value).toBeCloseTo(expected[i]!, 12);
});
