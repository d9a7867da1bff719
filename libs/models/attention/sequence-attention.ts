// Causal attention over whole sequences: training, scoring and reading a prompt.
import type { Graph } from '#onnx/graph.js';
import * as m from '#onnx/math.js';
import type { Dim, Value } from '#onnx/types.js';
import type { Attention, AttentionSpec } from '../architecture.js';
import { alibiSlopes } from '../blocks/alibi.js';
import { type Rope, ropeVaries } from '../blocks/rope.js';
import type { ModelConfig } from '../types.js';
import { constantTables, fedTables, once, rotate } from './rotation.js';

/** Sizes of a run; `tokens` is batch * length, `grouped` length * query heads a key head, `masks` 1 or batch. */
export const sequenceDims = { batch: 'batch', length: 'length', tokens: 'tokens', grouped: 'grouped', masks: 'masks' } as const;

export const sequenceInputNames = {
  /** [batch, length] int64: every token's place in its sequence. */
  positions: 'attention.positions',
  /** [tokens, 1] int64: 0, 1, 2 ... */
  tokens: 'attention.tokens',
  /** [masks, 1, 1, length, length]: 0 where a query may look, very low elsewhere. One for each size of window. */
  mask: (window?: number) => (window === undefined ? 'attention.mask' : `attention.mask.${window}`),
} as const;

/**
 * Sequences are padded on the right, where a real token never sees; several may lie one after the other in a row, told apart
 * by mask and positions alone. The query heads of a key head are stacked as [batch, KV, G * length, D], which spares copies of
 * keys and values.
 * @param keep is given each layer's rotated keys and its values, [batch, KV, length, D], for a cache.
 */
export function sequenceAttention(
  graph: Graph,
  config: ModelConfig,
  maxLength: number,
  keep?: (keys: Value, values: Value, layer: number) => void,
): Attention {
  const { numAttentionHeads: heads, numKeyValueHeads: keyHeads, headDim } = config;
  const { batch, length, tokens, masks } = sequenceDims;
  const groups = heads / keyHeads;
  const grouped: Dim = groups === 1 ? length : sequenceDims.grouped;
  const positions = (): Value => graph.input(sequenceInputNames.positions, [batch, length], 'int64');
  const rotation = sequenceRotation(graph, config, maxLength, positions);
  const split = (x: Value, count: number, rope?: Rope): Value => {
    // Token by token, as a row of packed sequences may be longer than the tables.
    const turned = rope ? rotation(rope)(m.reshape(graph, x, [tokens, count, 1, headDim])) : x;
    return m.transpose(graph, m.reshape(graph, turned, [batch, length, count, headDim]), [0, 2, 1, 3]);
  };

  /** Scores [batch, KV, G * length, length] with what their places add; a mask for all rows broadcasts over them. */
  const placed = (scores: Value, { alibi, window }: AttentionSpec): Value => {
    const apart = m.reshape(graph, scores, [batch, keyHeads, groups, length, length]);
    const biased = alibi ? m.add(graph, apart, sequenceBias(graph, config, positions())) : apart;
    const name = sequenceInputNames.mask(window !== undefined && window < maxLength ? window : undefined);
    const mask = graph.input(name, [masks, 1, 1, length, length]);
    return graph.op('Add', [biased, mask], {}, { dims: biased.dims, type: biased.type });
  };

  return {
    positions: () => m.reshape(graph, positions(), [tokens]),
    attend: (q, k, v, spec) => {
      const queries = m.reshape(graph, split(q, heads, spec.rope), [batch, keyHeads, grouped, headDim]);
      const keys = split(k, keyHeads, spec.rope);
      const values = split(v, keyHeads);
      keep?.(keys, values, spec.layer);
      const scores = m.matmul(graph, queries, keys, { transB: true, alpha: spec.scale });
      const capped = spec.softCap ? m.softCap(graph, scores, spec.softCap) : scores;
      const weights = m.reshape(graph, m.softmax(graph, placed(capped, spec)), scores.dims);
      const mixed = m.reshape(graph, m.matmul(graph, weights, values), [batch, heads, length, headDim]);
      return m.reshape(graph, m.transpose(graph, mixed, [0, 2, 1, 3]), [tokens, heads * headDim]);
    },
  };
}

function sequenceRotation(graph: Graph, config: ModelConfig, maxLength: number, positions: () => Value): (rope: Rope) => (x: Value) => Value {
  const { tokens } = sequenceDims;
  return once((rope) => {
    if (!ropeVaries(rope, maxLength)) {
      const places = m.reshape(graph, positions(), [tokens, 1]);
      const tables = constantTables(graph, rope, maxLength);
      return (x) => rotate(graph, rope, x, places, tables);
    }
    const tables = fedTables(graph, config, rope, tokens);
    const rows = graph.input(sequenceInputNames.tokens, [tokens, 1], 'int64');
    return (x) => rotate(graph, rope, x, rows, tables);
  });
}

/** Slope times the key's position, [batch, KV, G, 1, length]: equal to slope times distance, as softmax ignores what a query adds to all. */
function sequenceBias(graph: Graph, config: ModelConfig, positions: Value): Value {
  const { numAttentionHeads: heads, numKeyValueHeads: keyHeads } = config;
  const slopes = graph.constant(alibiSlopes(heads), [1, keyHeads, heads / keyHeads, 1, 1]);
  const places = m.reshape(graph, m.cast(graph, positions, graph.float), [sequenceDims.batch, 1, 1, 1, sequenceDims.length]);
  return m.mul(graph, slopes, places);
}
