// Gradient ascent on the forget set (open-unlearning's GradAscent).

import type { Loss } from './loss.js';

/** -NLL = mean(log p): minimised, it makes the labels unlikely. */
export const ga: Loss<'ga'> = {
  loss: (_graph, { target }) => target.tokenMean(target.logProbs),
};
