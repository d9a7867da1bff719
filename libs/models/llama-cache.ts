// Attention of one new token a row over cached keys and values: the decode step's part of the Llama graph.
import type { Graph } from '#onnx/graph.js';
import * as m from '#onnx/math.js';
import type { Value } from '#onnx/types.js';
import { type Attend, rotaryTables } from './llama.js';
import type { ModelConfig } from './types.js';

/** Sizes of a decode run; `rotated` is batch * (H + 2 KV), `total` is past + 1. */
export const decodeDims = { batch: 'batch', past: 'past', rotated: 'rotated', total: 'total' } as const;

/** Heads whose vectors a layer makes for a token: queries, keys and values. */
export const headsPerToken = (config: ModelConfig): number => config.numAttentionHeads + 2 * config.numKeyValueHeads;

export const decodeSizes = (config: ModelConfig, batch: number, past: number): Record<keyof typeof decodeDims, number> => ({
  batch,
  past,
  rotated: batch * headsPerToken(config),
  total: past + 1,
});

/** Names of the inputs that carry the cache. */
export const cacheInputs = {
  /** [batch, KV, 1, past, D] */
  keys: (layer: number) => `cache.keys.${layer}`,
  values: (layer: number) => `cache.values.${layer}`,
  /** [batch, 1, 1, 1, past + 1]: 0 where a row has a token, very low where it has none yet. */
  mask: 'cache.mask',
  /** [rotated, 1] int64: a row's position for its queries and keys; 0, which rotates nothing, for its values. */
  positions: 'cache.positions',
  /** [2] int64: past, 1. */
  sizes: 'cache.sizes',
} as const;

/**
 * The cache is an input and is never an output, as outputs are copied whole: `keep` is given only the new
 * [batch, 2 KV, 1, D], keys then values, which the caller writes into its cache. Scores, not caches, are concatenated.
 */
export function cachedAttention(graph: Graph, config: ModelConfig, maxPositions: number, keep: (fresh: Value, layer: number) => void): Attend {
  const { numAttentionHeads: heads, numKeyValueHeads: keyHeads, headDim } = config;
  const { batch, past, rotated, total } = decodeDims;
  const groups = heads / keyHeads;
  const { cosine, sine } = rotaryTables(config, maxPositions);
  const tables = [graph.constant(cosine, [maxPositions, headDim / 2]), graph.constant(sine, [maxPositions, headDim / 2])];
  const positions = graph.input(cacheInputs.positions, [rotated, 1], 'int64');
  const mask = graph.input(cacheInputs.mask, [batch, 1, 1, 1, total]);
  const sizes = graph.input(cacheInputs.sizes, [2], 'int64');
  const alpha = 1 / Math.sqrt(headDim);

  return (q, k, v, layer) => {
    // One rotation for all heads, values included at position 0, costs less than splitting before it.
    const flat = m.reshape(graph, m.concat(graph, [q, k, v], 1), [rotated, 1, 1, headDim]);
    const turned = m.reshape(graph, graph.op('RotaryEmbedding', [flat, positions, ...tables]), [batch, heads + 2 * keyHeads, 1, headDim]);
    const [query, fresh] = m.split(graph, turned, [heads, 2 * keyHeads], 1) as [Value, Value];
    keep(fresh, layer);
    const [newKey, newValue] = m.split(graph, fresh, [keyHeads, keyHeads], 1).map((x) => m.reshape(graph, x, [batch, keyHeads, 1, 1, headDim])) as [Value, Value];
    const queries = m.reshape(graph, query, [batch, keyHeads, groups, 1, headDim]);
    const keys = graph.input(cacheInputs.keys(layer), [batch, keyHeads, 1, past, headDim]);
    const values = graph.input(cacheInputs.values(layer), [batch, keyHeads, 1, past, headDim]);

    const scores = [keys, newKey].map((key) => m.matmul(graph, queries, key, { transB: true, alpha }));
    const all = graph.op('Concat', scores, { axis: 4 }, { dims: [batch, keyHeads, groups, 1, total], type: q.type });
    const weights = m.softmax(graph, m.add(graph, all, mask));
    const shapes = [past, 1].map((size) => ({ dims: [batch, keyHeads, groups, 1, size], type: q.type }));
    const [old, own] = graph.opWithOutputs('Split', [weights, sizes], { axis: 4 }, shapes) as [Value, Value];
    const mixed = m.add(graph, m.matmul(graph, old, values), m.mul(graph, own, newValue));
    return m.reshape(graph, mixed, [batch, heads * headDim]);
  };
}
