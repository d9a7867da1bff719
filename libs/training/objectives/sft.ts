// Supervised fine-tuning: cross-entropy of the labels.
import { neg } from '#onnx/math.js';
import { defineObjective } from './objective.js';

/** -mean(log p). */
export default defineObjective({
  summary: 'supervised fine-tuning',
  rows: 'taught',
  retainTerms: [],
  loss: (graph, { forget }) => neg(graph, forget.tokenMean(forget.logProbs)),
});
