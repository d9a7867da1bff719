// Self-distillation from the model before, with the label's logit lowered (Dong et al. 2024, arXiv
// 2402.10052).

import type { Loss } from './loss.js';

/** mean over labels of CE(model, softmax(z_ref - beta onehot(y))). */
export const undial: Loss<'undial'> = {
  loss: (_graph, { target }, { beta }) => target.tokenMean(target.crossEntropy('reference', beta)),
};
