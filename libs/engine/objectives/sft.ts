// Supervised fine-tuning: cross-entropy of the labels.
import { neg } from '#onnx/math.js';
import type { Objective } from './side.js';

/** -mean(log p). */
export const sft: Objective = (graph, side) => neg(graph, side.tokenMean(side.logProbs));
