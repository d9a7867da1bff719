// PrivLeak: how much more, or less, an unlearned model tells of what it was taught than one that never
// was.

import { OPEN_UNLEARNING_EPSILON } from '../memorisation/truth-ratio.js';

/**
 * (score - reference) / reference, in percent.
 * @param auc the unlearned model's, of Min-K%.
 * @param reference that of a model taught the retain set alone.
 */
export const relativeDifference = (auc: number, reference: number): number =>
  ((auc - reference) / (reference + OPEN_UNLEARNING_EPSILON)) * 100;

/**
 * MUSE's PrivLeak (arXiv 2407.06460) as open-unlearning has it: the relative difference of 1 - AUC, as
 * MUSE's AUC is of the opposite sense. 0 is ideal; below, the forget set still shows; above, it shows
 * by its absence.
 */
export const privleak = (auc: number, reference: number): number =>
  relativeDifference(1 - auc, 1 - reference);
