// Safe answers learned and the answers to forget distilled away, in the same step: ReLearn's data
// (arXiv 2502.11190) with UNDIAL's target (arXiv 2402.10052).

import { scale, sub } from '#onnx/math.js';
import type { Loss } from './loss.js';

/**
 * -mean over labels of log p(alternate) + gamma mean over labels of CE(model, q), q = softmax(z) of
 * the base that never saw them, or softmax(z_ref - beta onehot(y)). It is a distribution, so the
 * loss has a least value: nothing runs away.
 */
export const erase: Loss<'erase'> = {
  loss: (graph, { target, alternate, hasBase }, { towards, beta, gamma }) => {
    const distance =
      towards === 'base' && hasBase
        ? target.crossEntropy('base', 0)
        : target.crossEntropy('reference', beta);
    const gone = target.tokenMean(distance);
    return sub(graph, scale(graph, gone, gamma), alternate.tokenMean(alternate.logProbs));
  },
};
