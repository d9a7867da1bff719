// Attention of one new token a row over cached keys and values: the decode step.
import type { Graph } from '#onnx/graph.js';
import * as m from '#onnx/math.js';
import type { Value } from '#onnx/types.js';
import type { Attention, AttentionSpec } from '../architecture.js';
import { alibiSlopes } from '../blocks/alibi.js';
import { type Rope, ropeVaries } from '../blocks/rope.js';
import type { ModelConfig } from '../types.js';
import { computedTables, constantTables, frequencyInput, once, rotate, type Tables } from './rotation.js';

/** Sizes of a decode run; `rotated` is batch * (H + 2 KV), `total` past + 1, `slots` batch * past. */
export const decodeDims = { batch: 'batch', past: 'past', rotated: 'rotated', total: 'total', slots: 'slots' } as const;

/** Heads whose vectors a layer makes for a token: queries, keys and values. */
export const headsPerToken = (config: ModelConfig): number => config.numAttentionHeads + 2 * config.numKeyValueHeads;

export const decodeSizes = (config: ModelConfig, batch: number, past: number): Record<keyof typeof decodeDims, number> => ({
  batch,
  past,
  rotated: batch * headsPerToken(config),
  total: past + 1,
  slots: batch * past,
});

/** Names of the inputs that carry the cache. */
export const cacheInputs = {
  /** [batch, KV, 1, past, D] */
  keys: (layer: number) => `cache.keys.${layer}`,
  values: (layer: number) => `cache.values.${layer}`,
  /** [batch, 1, 1, 1, past + 1]: 0 where a row has a token, very low where it has none yet or none in the window. */
  mask: (window?: number) => (window === undefined ? 'cache.mask' : `cache.mask.${window}`),
  /** [batch] int64: a row's position. */
  positions: 'cache.positions',
  /** [rotated, 1] int64: a row's position + 1 for its queries and keys; 0, which rotates nothing, for its values. */
  rotations: 'cache.rotations',
  /** [2] int64: past, 1. */
  sizes: 'cache.sizes',
  /** [batch, 1, 1, 1, past + 1]: positions of a row's slots and of its new token. */
  places: 'cache.places',
  /** [batch, 1] and [batch, past] int64: 0, 1, 2 ... */
  rows: 'cache.rows',
  slots: 'cache.slots',
} as const;

/**
 * The cache is an input and is never an output, as outputs are copied whole: `keep` is given only the new
 * [batch, 2 KV, 1, D], keys then values, which the caller writes into its cache. Scores, not caches, are concatenated.
 * Keys are cached rotated, unless their rotation depends on how long the sequence has become: then they are all
 * rotated anew, so that a step has the result of a pass over the whole sequence.
 */
export function cachedAttention(graph: Graph, config: ModelConfig, maxPositions: number, keep: (fresh: Value, layer: number) => void): Attention {
  const { numAttentionHeads: heads, numKeyValueHeads: keyHeads, headDim } = config;
  const { batch, past, total } = decodeDims;
  const groups = heads / keyHeads;
  const sizes = graph.input(cacheInputs.sizes, [2], 'int64');
  const positions = (): Value => graph.input(cacheInputs.positions, [batch], 'int64');
  const rotation = cacheRotation(graph, config, maxPositions, positions);

  const placed = (scores: Value, { alibi, window }: AttentionSpec): Value => {
    const biased = alibi ? m.add(graph, scores, cacheBias(graph, config)) : scores;
    const name = cacheInputs.mask(window !== undefined && window < maxPositions ? window : undefined);
    return m.add(graph, biased, graph.input(name, [batch, 1, 1, 1, total]));
  };

  return {
    positions,
    attend: (q, k, v, spec) => {
      const keys = graph.input(cacheInputs.keys(spec.layer), [batch, keyHeads, 1, past, headDim]);
      const values = graph.input(cacheInputs.values(spec.layer), [batch, keyHeads, 1, past, headDim]);
      const { query, newKey, newValue, fresh, seenKeys } = rotation(q, k, v, keys, spec.rope);
      keep(fresh, spec.layer);
      const queries = m.reshape(graph, query, [batch, keyHeads, groups, 1, headDim]);
      const [ownKey, ownValue] = [newKey, newValue].map((x) => m.reshape(graph, x, [batch, keyHeads, 1, 1, headDim])) as [Value, Value];

      const scores = [seenKeys, ownKey].map((key) => m.matmul(graph, queries, key, { transB: true, alpha: spec.scale }));
      const all = graph.op('Concat', scores, { axis: 4 }, { dims: [batch, keyHeads, groups, 1, total], type: q.type });
      const capped = spec.softCap ? m.softCap(graph, all, spec.softCap) : all;
      const weights = m.softmax(graph, placed(capped, spec));
      const shapes = [past, 1].map((size) => ({ dims: [batch, keyHeads, groups, 1, size], type: q.type }));
      const [old, own] = graph.opWithOutputs('Split', [weights, sizes], { axis: 4 }, shapes) as [Value, Value];
      const mixed = m.add(graph, m.matmul(graph, old, values), m.mul(graph, own, ownValue));
      return m.reshape(graph, mixed, [batch, heads * headDim]);
    },
  };
}

interface Rotated {
  readonly query: Value;
  readonly newKey: Value;
  readonly newValue: Value;
  /** [batch, 2 KV, 1, D]: what is cached of the new token. */
  readonly fresh: Value;
  /** The cached keys, as scores need them. */
  readonly seenKeys: Value;
}

function cacheRotation(graph: Graph, config: ModelConfig, maxPositions: number, positions: () => Value) {
  const { numAttentionHeads: heads, numKeyValueHeads: keyHeads, headDim } = config;
  const { batch, past, rotated } = decodeDims;
  const perToken = headsPerToken(config);
  const constant = once((rope) => constantTables(graph, rope, maxPositions, 1));
  const varying = once((rope) => varyingTables(graph, config, rope, positions()));

  return (q: Value, k: Value, v: Value, keys: Value, rope?: Rope): Rotated => {
    const apart = (parts: Value[], count: number): Value => m.reshape(graph, m.concat(graph, parts, 1), [batch, count, 1, headDim]);
    const keysAndValues = (fresh: Value): { newKey: Value; newValue: Value } => {
      const [newKey, newValue] = m.split(graph, fresh, [keyHeads, keyHeads], 1) as [Value, Value];
      return { newKey, newValue };
    };
    if (rope && ropeVaries(rope, maxPositions)) {
      const { own, seen } = varying(rope);
      const turned = rotate(graph, rope, apart([q, k], heads + keyHeads), graph.input(cacheInputs.rows, [batch, 1], 'int64'), own);
      const [query, newKey] = m.split(graph, turned, [heads, keyHeads], 1) as [Value, Value];
      const flat = m.reshape(graph, keys, [batch, keyHeads, past, headDim]);
      const turnedKeys = rotate(graph, rope, flat, graph.input(cacheInputs.slots, [batch, past], 'int64'), seen);
      const fresh = apart([k, v], 2 * keyHeads);
      return { query, newKey, newValue: v, fresh, seenKeys: m.reshape(graph, turnedKeys, keys.dims) };
    }
    // One rotation for all heads, values included by nothing, costs less than splitting before it.
    const joined = m.reshape(graph, m.concat(graph, [q, k, v], 1), [rotated, 1, 1, headDim]);
    const turned = rope ? rotate(graph, rope, joined, graph.input(cacheInputs.rotations, [rotated, 1], 'int64'), constant(rope)) : joined;
    const [query, fresh] = m.split(graph, m.reshape(graph, turned, [batch, perToken, 1, headDim]), [heads, 2 * keyHeads], 1) as [Value, Value];
    return { query, ...keysAndValues(fresh), fresh, seenKeys: keys };
  };
}

/** Of the new tokens, a row each, and of the cached ones, a row for each slot. */
function varyingTables(graph: Graph, config: ModelConfig, rope: Rope, positions: Value): { own: Tables; seen: Tables } {
  const { batch, past, slots, total } = decodeDims;
  const half = rope.dim / 2;
  const perRow = graph.input(frequencyInput(config, rope), [batch, half]);
  const own = m.reshape(graph, m.cast(graph, positions, graph.float), [batch, 1]);
  const places = graph.input(cacheInputs.places, [batch, 1, 1, 1, total]);
  const sizes = graph.input(cacheInputs.sizes, [2], 'int64');
  const shapes = [past, 1].map((size) => ({ dims: [batch, 1, 1, 1, size], type: places.type }));
  const [seen] = graph.opWithOutputs('Split', [places, sizes], { axis: 4 }, shapes) as [Value];
  return {
    own: computedTables(graph, rope, own, perRow, batch),
    seen: computedTables(graph, rope, m.reshape(graph, seen, [batch, past, 1]), m.reshape(graph, perRow, [batch, 1, half]), slots),
  };
}

/** Slope times the position, [batch, KV, G, 1, total]. */
function cacheBias(graph: Graph, { numAttentionHeads: heads, numKeyValueHeads: keyHeads }: ModelConfig): Value {
  const slopes = graph.constant(alibiSlopes(heads), [1, keyHeads, heads / keyHeads, 1, 1]);
  return m.mul(graph, slopes, graph.input(cacheInputs.places, [decodeDims.batch, 1, 1, 1, decodeDims.total]));
}
