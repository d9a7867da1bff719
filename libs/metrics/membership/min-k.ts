// Membership inference by the least likely tokens: what a model was taught has few surprises.

import { zip } from '#collections/zip.js';
import { mean } from '../statistics.js';

/** Of an answer's tokens: open-unlearning's and MUSE's share. */
const LEAST_LIKELY = 0.4;
/** Under the root of a variance: open-unlearning's. */
const SMALLEST_VARIANCE = 1e-6;

/**
 * Min-K% (arXiv 2310.16789): minus the mean of the lowest log-probabilities; high speaks against
 * membership.
 * @param logProbs of an answer's tokens, natural logarithms; without the token that ends the turn.
 * @param share of the tokens, rounded down, but one at least. Other than here, MUSE's own code takes
 * no token of an answer of two.
 * @returns 0 for no tokens.
 */
export function minK(logProbs: ArrayLike<number>, share = LEAST_LIKELY): number {
  if (logProbs.length === 0) return 0;
  const lowest = Float64Array.from(logProbs).toSorted();
  return -mean(lowest.subarray(0, Math.max(1, Math.floor(lowest.length * share))));
}

/**
 * Min-K%++ (arXiv 2404.02936): as minK, of each log-probability's distance in standard deviations from
 * what the position's distribution expects.
 * @param means of ln p over the vocabulary at each token's position, weighted by p.
 * @param variances of the same.
 * @throws RangeError where the three differ in length.
 */
export function minKPlusPlus(
  logProbs: ArrayLike<number>,
  means: ArrayLike<number>,
  variances: ArrayLike<number>,
  share = LEAST_LIKELY,
): number {
  const distances = zip(logProbs, means, variances).map(
    ([logProb, expected, variance]) =>
      (logProb - expected) / Math.sqrt(Math.max(variance, SMALLEST_VARIANCE)),
  );
  return minK(distances, share);
}
