// Direct preference optimisation of an alternate answer over the one to forget (Rafailov et al.
// 2023, arXiv 2305.18290).

import { scale, softplus, sub } from '#onnx/math.js';
import type { Value } from '#onnx/types.js';
import type { Loss } from './loss.js';
import type { Side } from './side.js';

/**
 * -(2 / beta) mean over pairs of log sigma(beta (d(alternate) - d(original))), d the gain in a
 * example's log-likelihood over the reference.
 */
export const dpo: Loss<'dpo'> = {
  loss: (graph, { target, alternate }, { beta }) => {
    const gain = (side: Side): Value =>
      side.exampleSum(sub(graph, side.logProbs, side.referenceLogProbs()));
    const [lost, won] = [gain(target), gain(alternate)];
    const preferred = softplus(graph, scale(graph, sub(graph, lost, won), beta));
    return scale(graph, target.exampleMean(preferred), 2 / beta);
  },
};
