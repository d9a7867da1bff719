// OpenUnlearning's aggregate: how well a model forgot, kept its secret, and stayed useful, in one
// number each and one of all. Source: arXiv 2506.12618, section 5, as computed in
// gnueaj/unlearning-depth-score, which adds 1e-12 to each value.

import { harmonicMean } from '../statistics.js';

/** Means over the forget set, each 0 to 1, high where the model still knows. */
export interface Memorisation {
  readonly extractionStrength: number;
  readonly exactMemorisation: number;
  /** Of the paraphrased answer. */
  readonly paraphraseProbability: number;
  /** As the right answer's share (rightShare). */
  readonly truthRatio: number;
}

/** Mem, 0 to 1: high is forgotten. 0 as soon as one of the four shows all. */
export const memScore = (known: Memorisation): number =>
  harmonicMean(
    [
      known.extractionStrength,
      known.exactMemorisation,
      known.paraphraseProbability,
      known.truthRatio,
    ].map((share) => 1 - share),
  );

/**
 * s_a of one membership attack, 0 to 1: how near an AUC is to that of a model taught the retain set
 * alone.
 * @param reference above 0.
 */
export const nearness = (auc: number, reference: number): number =>
  Math.min(1, Math.max(0, 1 - Math.abs(auc - reference) / reference));

/** Privacy, 0 to 1, of s_a of LOSS, ZLib, Min-K and Min-K++. */
export const privacyScore = (nearnesses: readonly number[]): number => harmonicMean(nearnesses);

/**
 * Utility, relative to the model that unlearning began from, at most 1.
 * @param full what utilityOf gives of that model.
 */
export const utilityScore = (utility: number, full: number): number => Math.min(1, utility / full);

/** Of model utility (TOFU) and fluency (how little an answer looks like gibberish). */
export const utilityOf = (modelUtility: number, fluency: number): number =>
  harmonicMean([modelUtility, fluency]);

/** Overall, 0 to 1. */
export const overallScore = (mem: number, privacy: number, utility: number): number =>
  harmonicMean([mem, privacy, utility]);
