// From normalised hidden states to logits and log-probabilities: a matrix, perhaps a bias, a factor
// and a soft cap.

import { first, item } from '#collections/items.js';
import {
  type Distribution,
  type Likeliest,
  linearDistribution,
  linearLikeliest,
  rowNormaliser,
} from '#onnx/distribution.js';
import type { Graph, Rows } from '#onnx/graph.js';
import * as m from '#onnx/math.js';
import type { Value } from '#onnx/types.js';
import { architectureOf } from '../families/index.js';
import type { HeadSpec } from '../layers/head-spec.js';
import { weightInput } from '../layers/pass.js';
import type { ModelConfig } from '../types.js';

export interface Head {
  readonly spec: HeadSpec;
  /** [P, hidden] -> [P, vocabulary] */
  logits(h: Value): Value;
  /** Logit of one token a position, [P, 1]; tokens [P] int64. */
  logitOf(h: Value, tokens: Value): Value;
  /** Mean of the logits over the vocabulary, [P, 1]. */
  meanLogit(h: Value): Value;
  /** Sum over the vocabulary of q z, [P, 1], for constant probabilities q [P, vocabulary]. */
  expectedLogit(h: Value, q: Value): Value;
  /** The same from `mixed`, what `mix` made of q: of capped logits there is no such thing. */
  expectedAlong(h: Value, mixed: Value): Value;
  /**
   * Sum of the head's rows, and of its bias, by probabilities q [P, vocabulary]: [P, hidden + 1].
   */
  mix(q: Value): Value;
  /**
   * log p(token) of one token a position, [P, 1]; tokens [P] int64. Its gradient needs no one-hot
   * matrix.
   */
  logProbs(h: Value, tokens: Value): Value;
  /** What the softmax over the vocabulary is like, to the same bits whatever the rows of h. */
  distribution(h: Value): Distribution;
  /** The likeliest tokens, beside one that is named for each position; tokens [P] int64. */
  likeliest(h: Value, tokens: Value, most: number): Likeliest;
  /** Its normaliser alone, or that of a part of the vocabulary. */
  rowNormaliser(h: Value, part?: Rows): Value;
  /** Logits of several tokens a group of positions: h [G, P, hidden], tokens [G, K] -> [G, P, K]. */
  logitsOf(h: Value, tokens: Value): Value;
  /** logsumexp of the logits, [P, 1]. Asked again for the same h it is the same value. */
  normaliser(h: Value): Value;
  /**
   * KL(reference || model) summed over the vocabulary, [P, 1].
   * @param reference the reference's logits [P, vocabulary]
   */
  divergence(h: Value, reference: Value): Value;
}

export const headSpec = (config: ModelConfig): HeadSpec => architectureOf(config).head(config);

export interface HeadOptions {
  /** Gives the head's tensors. Default: the model's own. */
  weightOf?(name: string, dims: readonly number[]): Value;
  /** Its tensors are trained: then they are needed whole, and in float32. */
  readonly isTrained?: boolean;
  /** h W^T by a part of the vocabulary, without its gradient. Default: a float32 product. */
  readonly headProduct?: ((h: Value, part: Rows) => Value) | undefined;
}

/**
 * Logits of so many tokens stay in a core's cache from product to softmax. Rows that lie a multiple
 * of 4 KB apart would all go to the same few places in it, hence not 4096.
 */
const PART = 4096 + 16;
/** The parts of the vocabulary whose logits are summed one after the other. */
export const headParts = ({ vocabSize }: ModelConfig): Rows[] =>
  inParts({ from: 0, to: vocabSize });

const inParts = ({ from, to }: Rows): Rows[] =>
  Array.from({ length: Math.ceil((to - from) / PART) }, (_, i) => ({
    from: from + i * PART,
    to: Math.min(to, from + (i + 1) * PART),
  }));

export function headOf(
  graph: Graph,
  config: ModelConfig,
  {
    weightOf = (name, dims) => weightInput(graph, name, dims),
    isTrained = false,
    headProduct,
  }: HeadOptions = {},
): Head {
  const spec = headSpec(config);
  const { softCap, scale = 1 } = spec;
  const weight = weightOf(spec.name, [config.vocabSize, config.hiddenSize]);
  const bias = spec.bias === undefined ? undefined : weightOf(spec.bias, [config.vocabSize]);
  const whole: m.HeadPart = { weight, ...(bias ? { bias } : {}) };
  const partOf = (rows: Rows): m.HeadPart => ({
    weight: graph.rows(weight, rows),
    ...(bias ? { bias: graph.rows(bias, rows) } : {}),
    ...(headProduct ? { product: (h) => headProduct(h, rows) } : {}),
  });
  const cap = (z: Value): Value => (softCap ? m.softCap(graph, z, softCap) : z);
  const scaled = (h: Value): Value => m.scale(graph, h, scale);
  const normalisers = new Map<string, Value>();

  const logitOf = (h: Value, tokens: Value): Value => {
    const product = m.sum(
      graph,
      m.mul(graph, scaled(h), m.gather(graph, weight, tokens)),
      [-1],
      true,
    );
    if (!bias) return cap(product);
    const column = m.reshape(graph, bias, [config.vocabSize, 1]);
    return cap(m.add(graph, product, m.gather(graph, column, tokens)));
  };
  const logitsOf = (h: Value, tokens: Value): Value => {
    const rows = m.gather(graph, weight, tokens);
    const product = m.matmul(graph, scaled(h), rows, { transB: true });
    if (!bias) return cap(product);
    const [groups, count] = [item(tokens.dims, 0), item(tokens.dims, 1)];
    return cap(
      m.add(graph, product, m.reshape(graph, m.gather(graph, bias, tokens), [groups, 1, count])),
    );
  };
  const parts = (): m.HeadPart[] => (isTrained ? [whole] : headParts(config).map(partOf));
  const normaliser = (h: Value): Value => {
    const known = normalisers.get(h.name) ?? m.linearLogSumExp(graph, scaled(h), parts(), softCap);
    normalisers.set(h.name, known);
    return known;
  };
  const logits = (h: Value): Value => cap(m.gemm(graph, scaled(h), weight, { transB: true }, bias));
  const mix = (q: Value): Value => {
    const rows = m.gemm(graph, q, weight);
    const offset = bias
      ? m.gemm(graph, q, m.reshape(graph, bias, [config.vocabSize, 1]))
      : m.zeros(graph, [first(q.dims), 1]);
    return m.concat(graph, [rows, offset], 1);
  };
  const expectedAlong = (h: Value, mixed: Value): Value => {
    const [rows, offset] = m.split(graph, mixed, [config.hiddenSize, 1], 1);
    return m.add(graph, m.sum(graph, m.mul(graph, scaled(h), rows), [-1], true), offset);
  };
  return {
    spec,
    normaliser,
    distribution: (h) => linearDistribution(graph, scaled(h), parts(), softCap),
    likeliest: (h, tokens, most) =>
      linearLikeliest(
        graph,
        scaled(h),
        parts(),
        { id: tokens, logit: logitOf(h, tokens) },
        most,
        softCap,
      ),
    rowNormaliser: (h, part) =>
      rowNormaliser(graph, scaled(h), part ? inParts(part).map(partOf) : parts(), softCap),
    logits,
    logitOf,
    logitsOf,
    mix,
    expectedAlong,
    expectedLogit: (h, q) =>
      softCap ? m.sum(graph, m.mul(graph, q, logits(h)), [-1], true) : expectedAlong(h, mix(q)),
    meanLogit: (h) => {
      if (softCap) return m.mean(graph, logits(h), [-1], true);
      const product = m.gemm(graph, scaled(h), m.mean(graph, weight, [0], true), { transB: true });
      return bias ? m.add(graph, product, m.mean(graph, bias)) : product;
    },
    logProbs: (h, tokens) => {
      const total = normaliser(h);
      return m.sub(graph, logitOf(h, tokens), total);
    },
    divergence: (h, reference) => m.linearDivergence(graph, scaled(h), whole, reference, softCap),
  };
}
