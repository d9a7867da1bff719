// Kullback-Leibler divergence on the retain set: keeps the model's distribution near the base model's.
import type { Objective } from './side.js';

/** KL(base || model), summed over the vocabulary, mean over real tokens: unlike ReLearn's code, padding counts nothing. */
export const klr: Objective = (_graph, side) => side.positionMean(side.divergence());
