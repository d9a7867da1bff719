// Negative preference optimisation (Zhang et al. 2024, arXiv 2404.05868).
import { z } from 'zod';
import { scale, softplus, sub } from '#onnx/math.js';
import { defineObjective } from './objective.js';

/**
 * -(2 / beta) mean over rows of log sigma(beta (l - l_ref)), l the summed negative log-likelihood
 * of a row's labels. With -log sigma(z) = softplus(-z) and l_ref - l = sum(log p - log p_ref) this
 * is softplus of the gain in log-likelihood.
 */
export default defineObjective({
  summary: 'negative preference optimisation',
  options: { beta: z.number().positive().max(100).default(0.1) },
  retainTerms: ['gdr', 'klr'],
  loss: (graph, { forget }, { beta }) => {
    const gain = forget.rowSum(sub(graph, forget.logProbs, forget.referenceLogProbs()));
    return scale(graph, forget.rowMean(softplus(graph, scale(graph, gain, beta))), 2 / beta);
  },
});
