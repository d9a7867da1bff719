// ReLearn's DPO variant: its safe answers are preferred over the answers to forget (arXiv
// 2502.11190).

import { div, scale, softplus, sub } from '#onnx/math.js';
import type { Value } from '#onnx/types.js';
import type { Loss } from './loss.js';
import type { Side } from './side.js';

/** DPO on mean, not summed, log-likelihoods. */
export const relearnDpo: Loss<'relearn_dpo'> = {
  loss: (graph, { target, alternate }, { beta }) => {
    const gain = (side: Side): Value => {
      const sum = side.exampleSum(sub(graph, side.logProbs, side.referenceLogProbs()));
      return div(graph, sum, side.exampleLengths());
    };
    const [lost, won] = [gain(target), gain(alternate)];
    const preferred = softplus(graph, scale(graph, sub(graph, lost, won), beta));
    return scale(graph, target.exampleMean(preferred), 2 / beta);
  },
};
