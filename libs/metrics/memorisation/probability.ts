// How likely a model finds an answer, by the token.

import { mean } from '../statistics.js';

/**
 * exp of the mean log-probability per token, 0 to 1: OpenUnlearning's Prob where the token that ends
 * the turn is among them.
 * @param logProbs natural logarithms.
 * @returns undefined for no tokens.
 */
export const probability = (logProbs: ArrayLike<number>): number | undefined =>
  logProbs.length === 0 ? undefined : Math.exp(mean(logProbs));
