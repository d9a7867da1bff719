// Safe answers learned and the answers to forget distilled away, in the same step: ReLearn's data
// (arXiv 2502.11190) with UNDIAL's target (arXiv 2402.10052).

import { scale, sub } from '#onnx/math.js';
import type { Loss } from './loss.js';

/**
 * -mean over labels of log p(alternate) + gamma mean over labels of CE(model, softmax(z_ref - beta
 * onehot(y))). The second target is a distribution, so the loss has a least value: nothing runs
 * away.
 */
export const erase: Loss<'erase'> = {
  loss: (graph, { target, alternate }, { beta, gamma }) => {
    const gone = target.tokenMean(target.crossEntropy('reference', beta));
    return sub(graph, scale(graph, gone, gamma), alternate.tokenMean(alternate.logProbs));
  },
};
