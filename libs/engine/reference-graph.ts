// The base model without adapter as a graph: what NPO and the KL term measure against.
import { openPass, weightInput } from '#models/architecture.js';
import { architectureOf } from '#models/architectures/registry.js';
import { sequenceAttention, sequenceDims } from '#models/attention/sequence-attention.js';
import { headOf } from '#models/head.js';
import { frozenProjections } from '#models/linear.js';
import type { ModelConfig } from '#models/types.js';
import { Graph } from '#onnx/graph.js';
import * as m from '#onnx/math.js';
import { inputs, POSITIONS } from './step-graph.js';

/** `tokens`: log p(label), [P, 1]. `distribution`: what of the divergence does not change (see step-graph.ts). */
export type ReferenceKind = 'tokens' | 'distribution';

export function buildReferenceGraph(config: ModelConfig, maxLength: number, kind: ReferenceKind): Uint8Array {
  const graph = new Graph();
  const architecture = architectureOf(config);
  const pass = openPass(graph, frozenProjections(graph), sequenceAttention(graph, config, maxLength));
  const states = architecture.hiddenStates(pass, config, graph.input(inputs.ids, [sequenceDims.tokens], 'int64'));
  const positions = graph.input(inputs.positions, [POSITIONS], 'int64');
  const h = architecture.finalNorm(pass, config, m.gather(graph, states.at(-1)!, positions));
  const head = headOf(graph, config);
  const { name, softCap } = head.spec;
  if (kind === 'tokens') {
    graph.output(inputs.referenceLogProbs, head.logProbs(h, graph.input(inputs.labels, [POSITIONS], 'int64')));
    return graph.encode();
  }
  if (softCap) {
    graph.output(inputs.referenceHidden, h);
    return graph.encode();
  }
  const logits = head.logits(h);
  const probabilities = m.softmax(graph, logits);
  const mean = m.gemm(graph, probabilities, weightInput(graph, name, [config.vocabSize, config.hiddenSize]));
  const peak = m.log(graph, m.max(graph, probabilities, [-1], true));
  const normaliser = m.sub(graph, m.max(graph, logits, [-1], true), peak);
  graph.output(inputs.referenceMean, mean);
  // sum p log p = sum p z - logsumexp(z); the bias's share of z is left out, as the model's own has it too.
  const own = m.scale(graph, m.sum(graph, m.mul(graph, h, mean), [-1], true), head.spec.scale ?? 1);
  graph.output(inputs.referenceEntropy, m.sub(graph, own, normaliser));
  return graph.encode();
}
