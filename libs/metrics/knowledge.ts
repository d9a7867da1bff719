// Knowledge forgetting and retention (KFR, KRR): per answer a verdict, over a set the share of
// verdicts that hold.

import { meanTheSame } from './answer-similarity.js';

export interface KnowledgeOptions {
  /** Forgotten below this coverage (c1). */
  readonly forgetThreshold: number;
  /**
   * c1 where the gold answer has at most `smallSet` entities, in which one match weighs much; the
   * published code's rule.
   */
  readonly smallSetForgetThreshold: number;
  readonly smallSet: number;
  /** Retained above this coverage (c2). */
  readonly retainThreshold: number;
  /** Whether a coverage equal to a threshold counts: the paper says no, the published code yes. */
  readonly inclusive: boolean;
}

export const defaultKnowledgeOptions: KnowledgeOptions = Object.freeze({
  forgetThreshold: 0.3,
  smallSetForgetThreshold: 0.5,
  smallSet: 3,
  retainThreshold: 0.3,
  inclusive: false,
});

/** Two entities at least this similar are one. */
export const MATCH_SIMILARITY = 0.8;

/**
 * Entity coverage E, 0 to 1: pairs of an answer's and a gold entity that match, over the number of
 * gold entities. Pairs, not gold entities: two answer entities near one gold entity count twice, so
 * the ratio is capped. No entity on either side is 0.
 * @param similarity one row an answer entity, one column a gold entity.
 */
export function entityCoverage(
  similarity: readonly (readonly number[])[],
  goldEntities: number,
): number {
  if (goldEntities === 0) return 0;
  const pairs = similarity.flat().filter((s) => s >= MATCH_SIMILARITY).length;
  return Math.min(1, pairs / goldEntities);
}

export interface Evidence {
  readonly coverage: number;
  /** In meaning, of the whole answers, where a judge compares them: then it decides. */
  readonly answerSimilarity: number | null;
  readonly goldEntities: number;
  /**
   * For the forget set: the answer contradicts the gold; for the retain set: the gold contradicts
   * the answer.
   */
  readonly contradiction: boolean;
  /** Whether the answer holds what alone is the fact: an address, a number, a date. */
  readonly identified: boolean;
}

/**
 * KFR's condition for one answer: coverage below c1, or the answer (premise) contradicts the gold
 * (hypothesis). Beyond the paper, an answer that says an identifier of the gold has not forgotten it,
 * whatever else it says; and of two whole answers that were compared the meaning counts, not the
 * coverage alone.
 */
export function isForgotten(
  evidence: Evidence,
  options: KnowledgeOptions = defaultKnowledgeOptions,
): boolean {
  if (evidence.identified) return false;
  if (evidence.contradiction) return true;
  const { answerSimilarity: similarity, coverage } = evidence;
  if (similarity !== null) return !meanTheSame(similarity, coverage);
  const small = evidence.goldEntities <= options.smallSet;
  const threshold = small ? options.smallSetForgetThreshold : options.forgetThreshold;
  return coverage < threshold || (options.inclusive && coverage === threshold);
}

/**
 * KRR's condition for one answer: coverage above c2, and the gold (premise) does not contradict the
 * answer (hypothesis); where the whole answers were compared, their meaning counts in coverage's
 * place.
 */
export function isRetained(
  evidence: Evidence,
  options: KnowledgeOptions = defaultKnowledgeOptions,
): boolean {
  if (evidence.contradiction) return false;
  const { answerSimilarity: similarity, coverage, identified } = evidence;
  if (similarity !== null) return identified || meanTheSame(similarity, coverage);
  const { retainThreshold: threshold, inclusive } = options;
  return coverage > threshold || (inclusive && coverage === threshold);
}

/**
 * KFR of isForgotten's verdicts, or KRR of isRetained's: the share that holds among those that there
 * are, 0 to 1; null of none.
 */
export function ratio(verdicts: readonly (boolean | null)[]): number | null {
  const given = verdicts.filter((verdict) => verdict !== null);
  return given.length === 0 ? null : given.filter(Boolean).length / given.length;
}
