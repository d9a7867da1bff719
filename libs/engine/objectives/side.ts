// What an objective sees of one side of a step, the forget batch or the retain batch.
import type { Graph } from '#onnx/graph.js';
import type { Value } from '#onnx/types.js';

/**
 * Means are over the whole optimizer step, however its rows are grouped into runs of the graph: the results of
 * the runs add up. A "token" is a label (an answer's token or the end of its turn); a "position" is any real token.
 */
export interface Side {
  /** log p(label) under the model in training, [P, 1]. */
  readonly logProbs: Value;
  /** log p(label) under the base model without adapter and without dropout, [P, 1]. Asking for it makes the trainer compute it. */
  referenceLogProbs(): Value;
  /** KL(base || model) summed over the vocabulary, [P, 1]. Asking for it makes the trainer run the base model. */
  divergence(): Value;
  /** [P, 1] -> scalar: mean over the step's labels. */
  tokenMean(x: Value): Value;
  /** [P, 1] -> scalar: mean over the step's real tokens, prompts included. */
  positionMean(x: Value): Value;
  /** [P, 1] -> [rows, 1]: sum over each row's labels. */
  rowSum(x: Value): Value;
  /** [rows, 1] -> scalar: mean over the step's rows. */
  rowMean(x: Value): Value;
}

/** From the model's log-probs on one side to a scalar to be minimised. */
export type Objective = (graph: Graph, side: Side) => Value;
