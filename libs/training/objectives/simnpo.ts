// NPO without a reference, on mean log-likelihoods (Fan et al. 2024, arXiv 2410.07163).

import { add, div, scale, softplus } from '#onnx/math.js';
import type { Loss } from './loss.js';

/**
 * -(2 / beta) mean over examples of log sigma(beta (l / |y| - delta)), l the summed negative
 * log-likelihood.
 */
export const simnpo: Loss<'simnpo'> = {
  loss: (graph, { target }, { beta, delta }) => {
    const logLikelihood = div(graph, target.exampleSum(target.logProbs), target.exampleLengths());
    const raised = add(graph, logLikelihood, graph.scalar(delta));
    return scale(graph, target.exampleMean(softplus(graph, scale(graph, raised, beta))), 2 / beta);
  },
};
