// Cross-entropy unlearning (CE-U, Yang 2025, arXiv 2503.01224): towards the model's own
// distribution without the label.

import type { Loss } from './loss.js';

/**
 * mean over labels of CE(model, softmax(own z, -Infinity at y)), the target held constant, the
 * first labels of an answer left out.
 */
export const ceu: Loss<'ceu'> = {
  loss: (_graph, { target }, { ignore_first_n_answer_tokens: skip }) =>
    target.tokenMean(target.crossEntropy('own', Infinity), skip),
};
