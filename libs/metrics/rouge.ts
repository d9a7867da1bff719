// ROUGE-1 and ROUGE-L as the field computes them, with Google's rouge_score: most often with
// use_stemmer=True.

import { commonSubsequenceLength } from './common-subsequence.js';
import { porterStem } from './porter-stemmer.js';

/** Of one text: ROUGE-L compares each with each. */
const MAX_WORDS = 32_768;

/** Lower-cased runs of a-z and 0-9. */
const wordsOf = (text: string): string[] => text.toLowerCase().match(/[a-z0-9]+/g) ?? [];

/** Words of more than three characters are stemmed. */
export const rougeTokens = (text: string): string[] =>
  wordsOf(text).map((word) => (word.length > 3 ? porterStem(word) : word));

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

/** Harmonic means of recall and precision, and recall, 0 to 1; 0 where either text has no words. */
export interface PlainRouge {
  readonly rouge1F1: number;
  readonly rougeLF1: number;
  readonly rouge1Recall: number;
  readonly rougeLRecall: number;
}

/** The same with use_stemmer=False, as MUSE measures it. */
export function plainRouge(reference: string, candidate: string): PlainRouge {
  const gold = wordsOf(reference).slice(0, MAX_WORDS);
  const given = wordsOf(candidate).slice(0, MAX_WORDS);
  const f1 = (shared: number): number =>
    shared > 0 ? (2 * shared) / (gold.length + given.length) : 0;
  const recall = (shared: number): number => (shared > 0 ? shared / gold.length : 0);
  const [one, longest] = [sharedWords(gold, given), commonSubsequenceLength(gold, given)];
  return {
    rouge1F1: f1(one),
    rougeLF1: f1(longest),
    rouge1Recall: recall(one),
    rougeLRecall: recall(longest),
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
