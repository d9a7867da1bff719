// The graph of one training step: forward pass, objective and backward pass in one.
import type { ModelConfig } from '#models/types.js';
import { openPass, weightInput } from '#models/architecture.js';
import { architectureOf } from '#models/architectures/registry.js';
import { sequenceAttention, sequenceDims } from '#models/attention/sequence-attention.js';
import { headOf } from '#models/head.js';
import { frozenProjections } from '#models/linear.js';
import { type DropoutMask, loraProjections, type LoraShape, type Parameter } from '#models/lora.js';
import { expectedTensors } from '#models/trace.js';
import { backward } from '#onnx/backward.js';
import { Graph } from '#onnx/graph.js';
import * as m from '#onnx/math.js';
import type { Value } from '#onnx/types.js';
import type { Objective, Side } from './objectives/side.js';

export interface Term {
  readonly name: 'forget' | 'retain' | 'kl';
  readonly objective: Objective;
  readonly weight: number;
}
export interface StepGraph {
  readonly bytes: Uint8Array;
  readonly parameters: readonly Parameter[];
  readonly masks: readonly DropoutMask[];
}
/** `lora` absent: all weights are trained. */
export interface StepShape {
  readonly config: ModelConfig;
  readonly maxLength: number;
  readonly lora?: LoraShape;
  readonly terms: readonly Term[];
}

/** Names of the inputs that carry a run's rows; P positions are those whose next token matters to the loss. */
export const inputs = {
  /** [tokens] int64. */
  ids: 'ids',
  /** [P] int64: indices into the tokens. */
  positions: 'positions',
  /** [P] int64: the token that follows; 0 where it is no label. */
  labels: 'labels',
  /** [batch, P]: 1 where a position is a label of the row. */
  rows: 'rows',
  /** [P, 1]: share of a position in the mean over the step's labels; 0 outside the side. */
  tokenWeights: (side: string) => `${side}.tokens`,
  positionWeights: (side: string) => `${side}.positions`,
  /** [batch, 1] */
  rowWeights: (side: string) => `${side}.rows`,
  /** [P, 1]: log p(label) under the reference. */
  referenceLogProbs: 'reference.logprobs',
  /** [P, hidden]: sum over v of p_ref(v) times the head's row v. */
  referenceMean: 'reference.mean',
  /** [P, 1]: sum over v of p_ref(v) (log p_ref(v) - b(v)), b the head's bias if it has one: the reference's negative entropy. */
  referenceEntropy: 'reference.negentropy',
  /** [P, hidden]: the reference's normalised hidden state, where its distribution cannot be had from less. */
  referenceHidden: 'reference.hidden',
} as const;
export const POSITIONS = 'positions';

export const gradientOutput = (index: number): string => `gradient.${index}`;

export function buildStepGraph({ config, maxLength, lora, terms }: StepShape): StepGraph {
  const graph = new Graph();
  const low = lora && loraProjections(graph, lora);
  const architecture = architectureOf(config);
  const pass = openPass(graph, low?.project ?? frozenProjections(graph), sequenceAttention(graph, config, maxLength));
  const ids = graph.input(inputs.ids, [sequenceDims.tokens], 'int64');
  const hidden = architecture.hiddenStates(pass, config, ids).at(-1)!;
  const picked = m.gather(graph, hidden, graph.input(inputs.positions, [POSITIONS], 'int64'));
  const sides = labelSides(graph, config, architecture.finalNorm(pass, config, picked));

  const losses = terms.map(({ name, objective, weight }) => {
    const loss = objective(graph, sides(name === 'forget' ? 'forget' : 'retain'));
    graph.output(name, loss);
    return m.scale(graph, loss, weight);
  });
  const loss = losses.reduce((sum, term) => m.add(graph, sum, term));
  const parameters = low?.parameters ?? allWeights(graph, config);
  const gradients = backward(graph, loss, parameters.map((parameter) => parameter.value));
  graph.output('loss', loss);
  for (const [i, gradient] of gradients.entries()) graph.output(gradientOutput(i), gradient);
  return { bytes: graph.encode(), parameters, masks: low?.masks ?? [] };
}

const allWeights = (graph: Graph, config: ModelConfig): Parameter[] =>
  [...expectedTensors(config)].map(([name, dims]) => ({ value: weightInput(graph, name, dims), parts: [{ name, dims }] }));

/**
 * The divergence from a reference with the same head needs neither's probabilities where logits are linear in h:
 * KL(p || q) = sum p log p - h . (sum_v p_v W_v) + logsumexp(h W^T), so that the reference enters as one hidden-size
 * vector a position, which can be kept. Capped logits are not: there the reference's hidden state enters.
 * @param h normalised hidden states [P, hidden]
 */
function labelSides(graph: Graph, config: ModelConfig, h: Value): (name: 'forget' | 'retain') => Side {
  const head = headOf(graph, config);
  const column = (name: string): Value => graph.input(name, [POSITIONS, 1]);
  const vector = (name: string): Value => graph.input(name, [POSITIONS, config.hiddenSize]);
  const logProbs = head.logProbs(h, graph.input(inputs.labels, [POSITIONS], 'int64'));
  const weighted = (x: Value, weights: Value): Value => m.sum(graph, m.mul(graph, x, weights));

  return (side) => ({
    logProbs,
    referenceLogProbs: () => column(inputs.referenceLogProbs),
    divergence: () => {
      if (head.spec.softCap) return head.divergence(h, head.logits(vector(inputs.referenceHidden)));
      const cross = m.scale(graph, m.sum(graph, m.mul(graph, h, vector(inputs.referenceMean)), [-1], true), head.spec.scale ?? 1);
      return m.add(graph, m.sub(graph, column(inputs.referenceEntropy), cross), head.normaliser(h));
    },
    tokenMean: (x) => weighted(x, column(inputs.tokenWeights(side))),
    positionMean: (x) => weighted(x, column(inputs.positionWeights(side))),
    rowSum: (x) => m.gemm(graph, graph.input(inputs.rows, [sequenceDims.batch, POSITIONS]), x),
    rowMean: (x) => weighted(x, graph.input(inputs.rowWeights(side), [sequenceDims.batch, 1])),
  });
}
