// Supervised fine-tuning: cross-entropy of the labels.

import { neg } from '#onnx/math.js';
import type { Loss } from './loss.js';

/** -mean(log p). */
export const sft: Loss<'sft'> = {
  loss: (graph, { target }) => neg(graph, target.tokenMean(target.logProbs)),
};
