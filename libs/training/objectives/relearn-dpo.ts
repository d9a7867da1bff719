// ReLearn's DPO variant: its safe answers are preferred over the answers to forget (arXiv
// 2502.11190).
import { div, scale, softplus, sub } from '#onnx/math.js';
import type { Loss } from './loss.js';

/** DPO on mean, not summed, log-likelihoods. */
export const relearnDpo: Loss<'relearn_dpo'> = {
  loss: (graph, { target, alternate }, { beta }) => {
    const [lost, won] = [target, alternate].map((side) =>
      div(
        graph,
        side.rowSum(sub(graph, side.logProbs, side.referenceLogProbs())),
        side.rowLengths(),
      ),
    );
    return scale(
      graph,
      target.rowMean(softplus(graph, scale(graph, sub(graph, lost!, won!), beta))),
      2 / beta,
    );
  },
};
