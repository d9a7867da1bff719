// The losses that keep the retain set as it is, beside whatever objective forgets.

import type { RetainTerm } from '#contracts/objectives/retain-terms.js';
import type { Graph } from '#onnx/graph.js';
import { neg } from '#onnx/math.js';
import type { Value } from '#onnx/types.js';
import type { Side } from './side.js';

export const retainLosses: Readonly<Record<RetainTerm, (graph: Graph, retain: Side) => Value>> = {
  /** Gradient descent: cross-entropy of the labels. */
  gdr: (graph, retain) => neg(graph, retain.tokenMean(retain.logProbs)),
  /**
   * KL(reference || model), summed over the vocabulary, mean over real tokens: unlike the public
   * code, padding counts nothing.
   */
  klr: (_graph, retain) => retain.positionMean(retain.divergence()),
};
