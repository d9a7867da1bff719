// The base model without adapter as a graph: what NPO and the KL term measure against.
import {
  causalAttention,
  finalNorm,
  frozenProjections,
  headName,
  llamaHiddenStates,
  sequenceDims,
  weightInput,
} from '#models/llama.js';
import type { ModelConfig } from '#models/types.js';
import { Graph } from '#onnx/graph.js';
import * as m from '#onnx/math.js';
import { inputs, POSITIONS } from './step-graph.js';

/** `tokens`: log p(label), [P, 1]. `distribution`: the two parts of the divergence that do not change (see step-graph.ts). */
export type ReferenceKind = 'tokens' | 'distribution';

export function buildReferenceGraph(config: ModelConfig, maxLength: number, kind: ReferenceKind): Uint8Array {
  const graph = new Graph();
  const ids = graph.input(inputs.ids, [sequenceDims.tokens], 'int64');
  const attend = causalAttention(graph, config, maxLength);
  const states = llamaHiddenStates(graph, config, ids, frozenProjections(graph, config), attend);
  const positions = graph.input(inputs.positions, [POSITIONS], 'int64');
  const h = finalNorm(graph, config, m.gather(graph, states.at(-1)!, positions));
  const head = weightInput(graph, config, headName(config));
  if (kind === 'tokens') {
    const label = m.gather(graph, head, graph.input(inputs.labels, [POSITIONS], 'int64'));
    const logits = m.sum(graph, m.mul(graph, h, label), [-1], true);
    graph.output(inputs.referenceLogProbs, m.sub(graph, logits, m.linearLogSumExp(graph, h, head)));
    return graph.encode();
  }
  const logits = m.gemm(graph, h, head, { transB: true });
  const probabilities = m.softmax(graph, logits);
  const mean = m.gemm(graph, probabilities, head);
  const peak = m.log(graph, m.max(graph, probabilities, [-1], true));
  const normaliser = m.sub(graph, m.max(graph, logits, [-1], true), peak);
  graph.output(inputs.referenceMean, mean);
  graph.output(inputs.referenceEntropy, m.sub(graph, m.sum(graph, m.mul(graph, h, mean), [-1], true), normaliser));
  return graph.encode();
}
