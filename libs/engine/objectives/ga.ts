// Gradient ascent on the forget set (open-unlearning's GradAscent).
import type { Objective } from './side.js';

/** -NLL = mean(log p): minimised, it makes the labels unlikely. */
export const ga: Objective = (_graph, side) => side.tokenMean(side.logProbs);
