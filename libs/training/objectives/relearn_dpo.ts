// ReLearn's DPO variant: its safe answers are preferred over the answers to forget (arXiv
// 2502.11190).
import { z } from 'zod';
import { div, scale, softplus, sub } from '#onnx/math.js';
import { defineObjective } from './objective.js';

/** DPO on mean, not summed, log-likelihoods. */
export default defineObjective({
  summary: 'direct preference optimisation of the augmented answers, on mean log-likelihoods',
  options: { beta: z.number().positive().max(100).default(0.1) },
  rows: 'augmented',
  alternate: 'augmented',
  loss: (graph, { forget, alternate }, { beta }) => {
    const [lost, won] = [forget, alternate].map((side) =>
      div(
        graph,
        side.rowSum(sub(graph, side.logProbs, side.referenceLogProbs())),
        side.rowLengths(),
      ),
    );
    return scale(
      graph,
      forget.rowMean(softplus(graph, scale(graph, sub(graph, lost!, won!), beta))),
      2 / beta,
    );
  },
});
