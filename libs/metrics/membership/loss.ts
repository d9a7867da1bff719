// Membership inference by the loss: what a model was taught has a low one.

import { mean } from '../statistics.js';

/**
 * LOSS (Yeom et al., arXiv 1709.01604): mean loss per token; high speaks against membership.
 * @param logProbs natural logarithms, one at least; with the token that ends the turn.
 */
export const lossScore = (logProbs: ArrayLike<number>): number => -mean(logProbs);

/** Reference: the loss beyond that of a model which was not taught the text. */
export const referenceScore = (loss: number, referenceLoss: number): number => loss - referenceLoss;
