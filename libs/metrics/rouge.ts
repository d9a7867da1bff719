// ROUGE-1 and ROUGE-L as the field computes them: Google's rouge_score with use_stemmer=True.

import { commonSubsequenceLength } from './common-subsequence.js';
import { porterStem } from './porter-stemmer.js';

/** Of one text: ROUGE-L compares each with each. */
const MAX_WORDS = 32_768;

/** Lower-cased runs of a-z and 0-9; words of more than three characters are stemmed. */
export function rougeTokens(text: string): string[] {
  const words = text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return words.map((word) => (word.length > 3 ? porterStem(word) : word));
}

/** Shares of a reference that a candidate recalls, 0 to 1; 0 where either has no words. */
export interface RougeRecall {
  readonly rouge1: number;
  readonly rougeL: number;
}

/**
 * Recall of `reference` (the gold answer) in `candidate` (the model's), of the first 32,768 words of
 * each.
 * Source: C.-Y. Lin, "ROUGE: a package for automatic evaluation of summaries", 2004.
 */
export function rougeRecall(reference: string, candidate: string): RougeRecall {
  const gold = rougeTokens(reference).slice(0, MAX_WORDS);
  const given = rougeTokens(candidate).slice(0, MAX_WORDS);
  if (gold.length === 0 || given.length === 0) return { rouge1: 0, rougeL: 0 };
  return {
    rouge1: sharedWords(gold, given) / gold.length,
    rougeL: commonSubsequenceLength(gold, given) / gold.length,
  };
}

/** Size of the multiset intersection: a word counts as often as both have it. */
function sharedWords(gold: readonly string[], given: readonly string[]): number {
  const left = new Map<string, number>();
  for (const word of gold) left.set(word, (left.get(word) ?? 0) + 1);
  let shared = 0;
  for (const word of given) {
    const count = left.get(word) ?? 0;
    if (count === 0) continue;
    left.set(word, count - 1);
    shared += 1;
  }
  return shared;
}
