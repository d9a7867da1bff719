// NPO without a reference, on mean log-likelihoods (Fan et al. 2024, arXiv 2410.07163).
import { z } from 'zod';
import { add, div, scale, softplus } from '#onnx/math.js';
import { defineObjective } from './objective.js';

/**
 * -(2 / beta) mean over rows of log sigma(beta (l / |y| - delta)), l the summed negative
 * log-likelihood.
 */
export default defineObjective({
  summary: 'NPO without a reference, on mean log-likelihoods',
  options: {
    beta: z.number().positive().max(100).default(4.5),
    delta: z.number().min(-100).max(100).default(0),
  },
  weights: { forget: 0.125 },
  loss: (graph, { forget }, { beta, delta }) => {
    const logLikelihood = div(graph, forget.rowSum(forget.logProbs), forget.rowLengths());
    const raised = add(graph, logLikelihood, graph.scalar(delta));
    return scale(graph, forget.rowMean(softplus(graph, scale(graph, raised, beta))), 2 / beta);
  },
});
