// The graph of one training step: forward pass, objective and backward pass in one.
import type { ModelConfig } from '#models/types.js';
import {
  causalAttention,
  finalNorm,
  frozenProjections,
  headName,
  llamaHiddenStates,
  sequenceDims,
  weightInput,
} from '#models/llama.js';
import { expectedTensors } from '#models/llama-tensors.js';
import { type DropoutMask, loraProjections, type LoraShape, type Parameter } from '#models/lora.js';
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
  /** [P, 1]: the reference's negative entropy: sum over v of p_ref(v) log p_ref(v). */
  referenceEntropy: 'reference.negentropy',
} as const;
export const POSITIONS = 'positions';

export const gradientOutput = (index: number): string => `gradient.${index}`;

export function buildStepGraph({ config, maxLength, lora, terms }: StepShape): StepGraph {
  const graph = new Graph();
  const low = lora && loraProjections(graph, config, lora);
  const project = low?.project ?? frozenProjections(graph, config);
  const ids = graph.input(inputs.ids, [sequenceDims.tokens], 'int64');
  const hidden = llamaHiddenStates(graph, config, ids, project, causalAttention(graph, config, maxLength)).at(-1)!;
  const sides = labelSides(graph, config, hidden);

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
  [...expectedTensors(config)].map(([name, dims]) => ({ value: weightInput(graph, config, name), parts: [{ name, dims }] }));

/**
 * Log-probs of labels from log p(y) = h . W_y - logsumexp(h W^T): the gradient needs no one-hot matrix.
 * The divergence has the same form: KL(p || q) = sum p log p - h . (sum_v p_v W_v) + logsumexp(h W^T),
 * so that the reference enters as one hidden-size vector a position, which can be kept, not as its probabilities.
 */
function labelSides(graph: Graph, config: ModelConfig, hidden: Value): (name: 'forget' | 'retain') => Side {
  const head = weightInput(graph, config, headName(config));
  const index = (name: string): Value => graph.input(name, [POSITIONS], 'int64');
  const column = (name: string): Value => graph.input(name, [POSITIONS, 1]);
  const h = finalNorm(graph, config, m.gather(graph, hidden, index(inputs.positions)));
  const dot = (vectors: Value): Value => m.sum(graph, m.mul(graph, h, vectors), [-1], true);
  const normaliser = m.linearLogSumExp(graph, h, head);
  const logProbs = m.sub(graph, dot(m.gather(graph, head, index(inputs.labels))), normaliser);
  const weighted = (x: Value, weights: Value): Value => m.sum(graph, m.mul(graph, x, weights));

  return (side) => ({
    logProbs,
    referenceLogProbs: () => column(inputs.referenceLogProbs),
    divergence: () => {
      const cross = dot(graph.input(inputs.referenceMean, [POSITIONS, config.hiddenSize]));
      return m.add(graph, m.sub(graph, column(inputs.referenceEntropy), cross), normaliser);
    },
    tokenMean: (x) => weighted(x, column(inputs.tokenWeights(side))),
    positionMean: (x) => weighted(x, column(inputs.positionWeights(side))),
    rowSum: (x) => m.gemm(graph, graph.input(inputs.rows, [sequenceDims.batch, POSITIONS]), x),
    rowMean: (x) => weighted(x, graph.input(inputs.rowWeights(side), [sequenceDims.batch, 1])),
  });
}
