// From normalised hidden states to logits and log-probabilities: a matrix, perhaps a bias, a factor and a soft cap.
import type { Graph } from '#onnx/graph.js';
import * as m from '#onnx/math.js';
import type { Value } from '#onnx/types.js';
import { weightInput } from './architecture.js';
import { architectureOf } from './architectures/registry.js';
import type { ModelConfig } from './types.js';

/** logits = cap(scale * (h W^T) + b) */
export interface HeadSpec {
  /** The matrix W [vocabulary, hidden]. */
  readonly name: string;
  /** Name of b [vocabulary]. */
  readonly bias?: string;
  /** cap(z) = softCap * tanh(z / softCap) */
  readonly softCap?: number;
  readonly scale?: number;
}

export interface Head {
  readonly spec: HeadSpec;
  /** [P, hidden] -> [P, vocabulary] */
  logits(h: Value): Value;
  /** log p(token) of one token a position, [P, 1]; tokens [P] int64. Its gradient needs no one-hot matrix. */
  logProbs(h: Value, tokens: Value): Value;
  /** logsumexp of the logits, [P, 1]. Asked again for the same h it is the same value. */
  normaliser(h: Value): Value;
  /** KL(reference || model) summed over the vocabulary, [P, 1]. @param reference the reference's logits [P, vocabulary] */
  divergence(h: Value, reference: Value): Value;
}

export const headSpec = (config: ModelConfig): HeadSpec => architectureOf(config).head(config);

export function headOf(graph: Graph, config: ModelConfig): Head {
  const spec = headSpec(config);
  const { softCap, scale = 1 } = spec;
  const weight = weightInput(graph, spec.name, [config.vocabSize, config.hiddenSize]);
  const bias = spec.bias === undefined ? undefined : weightInput(graph, spec.bias, [config.vocabSize]);
  const options = { ...(bias ? { bias } : {}), ...(softCap ? { softCap } : {}) };
  const cap = (z: Value): Value => (softCap ? m.softCap(graph, z, softCap) : z);
  const scaled = (h: Value): Value => m.scale(graph, h, scale);
  const normalisers = new Map<string, Value>();

  const logitOf = (h: Value, tokens: Value): Value => {
    const product = m.sum(graph, m.mul(graph, scaled(h), m.gather(graph, weight, tokens)), [-1], true);
    if (!bias) return cap(product);
    const column = m.reshape(graph, bias, [config.vocabSize, 1]);
    return cap(m.add(graph, product, m.gather(graph, column, tokens)));
  };
  const normaliser = (h: Value): Value => {
    const known = normalisers.get(h.name) ?? m.linearLogSumExp(graph, scaled(h), weight, options);
    normalisers.set(h.name, known);
    return known;
  };
  return {
    spec,
    normaliser,
    logits: (h) => cap(m.gemm(graph, scaled(h), weight, { transB: true }, bias)),
    logProbs: (h, tokens) => {
      const total = normaliser(h);
      return m.sub(graph, logitOf(h, tokens), total);
    },
    divergence: (h, reference) => m.linearDivergence(graph, scaled(h), weight, reference, options),
  };
}
