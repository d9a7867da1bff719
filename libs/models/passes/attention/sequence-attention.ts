// Causal attention over whole sequences: training and scoring.

import type { Graph } from '#onnx/graph.js';
import * as m from '#onnx/math.js';
import type { Dim, Value } from '#onnx/types.js';
import { alibiSlopes } from '../../layers/alibi.js';
import type { Attention, AttentionSpec } from '../../layers/pass.js';
import { type Rope, ropeVaries } from '../../layers/rope.js';
import type { ModelConfig } from '../../types.js';
import { constantTables, fedTables, once, rotate } from './rotation.js';

/** Sizes of a pass; `grouped` is length * query heads a key head, `attentionMasks` 1 or batch. */
export const sequenceDims = {
  tokens: 'tokens',
  batch: 'batch',
  length: 'length',
  grouped: 'grouped',
  attentionMasks: 'attentionMasks',
  /** tokens * heads, and batch * heads * length. */
  vectors: (heads: number) => `vectors.${heads}`,
  slots: (heads: number) => `slots.${heads}`,
} as const;

/** Numbers of heads that tokens are laid out by. */
export const headCounts = ({
  numAttentionHeads,
  numKeyValueHeads,
}: ModelConfig): ReadonlySet<number> => new Set([1, numAttentionHeads, numKeyValueHeads]);

/** @param length of the longest row. */
export function sequenceSizes(
  config: ModelConfig,
  {
    tokens,
    batch,
    length,
    attentionMasks,
  }: Readonly<Record<'tokens' | 'batch' | 'length' | 'attentionMasks', number>>,
): Record<string, number> {
  const byHeads = [...headCounts(config)].flatMap((count) => [
    [sequenceDims.vectors(count), tokens * count],
    [sequenceDims.slots(count), batch * count * length],
  ]);
  return {
    tokens,
    batch,
    length,
    attentionMasks,
    grouped: (length * config.numAttentionHeads) / config.numKeyValueHeads,
    ...Object.fromEntries(byHeads),
  };
}

export const sequenceInputNames = {
  /** [tokens] int64: every token's place in its sequence. */
  positions: 'attention.positions',
  /** [tokens, 1] int64: 0, 1, 2 ... */
  tokens: 'attention.tokens',
  /**
   * [attentionMasks, 1, 1, length, length]: 0 where a query may look, very low elsewhere. One for
   * each size of window.
   */
  attentionMask: (window?: number) =>
    window === undefined ? 'attention.mask' : `attention.mask.${window}`,
  /**
   * [slots] int64: which of the tokens' heads [tokens, heads] fills each slot of [batch, heads,
   * length]; that of the first token where there is none.
   */
  vectors: (heads: number) => `attention.vectors.${heads}`,
  /** [vectors] int64: the other way round. */
  slots: (heads: number) => `attention.slots.${heads}`,
} as const;

/**
 * Tokens lie one after the other, without padding; for attention alone they are laid out in rows. A
 * row has one sequence or several, told apart by attention mask and positions, and ends in slots
 * without a token, which see and are seen by themselves alone. The query heads of a key head are
 * stacked as [batch, KV, G * length, D], which spares copies of keys and values.
 * @param seeing whether features stand for some tokens.
 */
export function sequenceAttention(
  graph: Graph,
  config: ModelConfig,
  maxLength: number,
  seeing = false,
): Attention {
  const { numAttentionHeads: heads, numKeyValueHeads: keyHeads, headDim } = config;
  const { batch, length, tokens, attentionMasks, vectors, slots } = sequenceDims;
  const groups = heads / keyHeads;
  const grouped: Dim = groups === 1 ? length : sequenceDims.grouped;
  const positions = (): Value => graph.input(sequenceInputNames.positions, [tokens], 'int64');
  const rotation = sequenceRotation(graph, config, maxLength, positions, seeing);
  const vectorsOf = (count: number): Value =>
    graph.input(sequenceInputNames.vectors(count), [slots(count)], 'int64');
  const slotsOf = (count: number): Value =>
    graph.input(sequenceInputNames.slots(count), [vectors(count)], 'int64');
  /** [tokens, count * D] -> [batch, count, length, D] */
  const split = (x: Value, count: number, rope?: Rope): Value => {
    const turned = rope ? rotation(rope)(m.reshape(graph, x, [tokens, count, 1, headDim])) : x;
    const apart = m.reshape(graph, turned, [vectors(count), headDim]);
    return m.reshape(graph, m.rearrange(graph, apart, vectorsOf(count), slotsOf(count)), [
      batch,
      count,
      length,
      headDim,
    ]);
  };
  /** The other way round. */
  const join = (x: Value, count: number): Value => {
    const apart = m.reshape(graph, x, [slots(count), headDim]);
    return m.reshape(graph, m.rearrange(graph, apart, slotsOf(count), vectorsOf(count)), [
      tokens,
      count * headDim,
    ]);
  };

  /**
   * Scores [batch, KV, G * length, length] with what their places add; an attention mask for all
   * rows broadcasts over them.
   */
  const placed = (scores: Value, { alibi, window }: AttentionSpec): Value => {
    const apart = m.reshape(graph, scores, [batch, keyHeads, groups, length, length]);
    const biased = alibi
      ? m.add(graph, apart, sequenceBias(graph, config, m.gather(graph, positions(), vectorsOf(1))))
      : apart;
    const name = sequenceInputNames.attentionMask(
      window !== undefined && window < maxLength ? window : undefined,
    );
    const attentionMask = graph.input(name, [attentionMasks, 1, 1, length, length]);
    return graph.op('Add', [biased, attentionMask], {}, { dims: biased.dims, type: biased.type });
  };

  return {
    positions,
    attend: (q, k, v, spec) => {
      const queries = m.reshape(graph, split(q, heads, spec.rope), [
        batch,
        keyHeads,
        grouped,
        headDim,
      ]);
      const keys = split(k, keyHeads, spec.rope);
      const values = split(v, keyHeads);
      const scores = m.matmul(graph, queries, keys, { transB: true, alpha: spec.scale });
      const capped = spec.softCap ? m.softCap(graph, scores, spec.softCap) : scores;
      const weights = m.reshape(graph, m.softmax(graph, placed(capped, spec)), scores.dims);
      return join(m.matmul(graph, weights, values), heads);
    },
  };
}

/** Of x [tokens, heads, 1, D]. */
export function sequenceRotation(
  graph: Graph,
  config: ModelConfig,
  maxLength: number,
  positions: () => Value,
  seeing: boolean,
): (rope: Rope) => (x: Value) => Value {
  const { tokens } = sequenceDims;
  const isPlaced = seeing && config.vision?.layout === 'grid';
  return once((rope) => {
    if (!isPlaced && !ropeVaries(rope, maxLength)) {
      const places = m.reshape(graph, positions(), [tokens, 1]);
      const tables = constantTables(graph, rope, maxLength);
      return (x) => rotate(graph, rope, x, places, tables);
    }
    const tables = fedTables(graph, config, rope, tokens);
    const rows = graph.input(sequenceInputNames.tokens, [tokens, 1], 'int64');
    return (x) => rotate(graph, rope, x, rows, tables);
  });
}

/**
 * Slope times the key's position, [batch, KV, G, 1, length]: equal to slope times distance, as
 * softmax ignores what a query adds to all.
 */
function sequenceBias(graph: Graph, config: ModelConfig, positions: Value): Value {
  const { numAttentionHeads: heads, numKeyValueHeads: keyHeads } = config;
  const slopes = graph.constant(alibiSlopes(heads), [1, keyHeads, heads / keyHeads, 1, 1]);
  const places = m.reshape(graph, m.cast(graph, positions, graph.float), [
    sequenceDims.batch,
    1,
    1,
    1,
    sequenceDims.length,
  ]);
  return m.mul(graph, slopes, places);
}
