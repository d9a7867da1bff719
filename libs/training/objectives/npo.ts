// Negative preference optimisation (Zhang et al. 2024, arXiv 2404.05868).

import { scale, softplus, sub } from '#onnx/math.js';
import type { Loss } from './loss.js';

/**
 * -(2 / beta) mean over examples of log sigma(beta (l - l_ref)), l the summed negative
 * log-likelihood of an example's labels. With -log sigma(z) = softplus(-z) and l_ref - l =
 * sum(log p - log p_ref) this is softplus of the gain in log-likelihood.
 */
export const npo: Loss<'npo'> = {
  loss: (graph, { target }, { beta }) => {
    const gain = target.exampleSum(sub(graph, target.logProbs, target.referenceLogProbs()));
    return scale(graph, target.exampleMean(softplus(graph, scale(graph, gain, beta))), 2 / beta);
  },
};
