import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { sharedData } from '#testing/shared-data.js';
import { rougeRecall, rougeTokens } from './rouge.js';

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
