// Attention of one new token a row over cached keys and values: the decode step.

import type { Graph } from '#onnx/graph.js';
import * as m from '#onnx/math.js';
import type { Dim, Value } from '#onnx/types.js';
import { alibiSlopes } from '../../layers/alibi.js';
import type { Attention, AttentionSpec } from '../../layers/pass.js';
import { type Rope, ropeVaries } from '../../layers/rope.js';
import type { ModelConfig } from '../../types.js';
import { traceOf } from '../trace.js';
import { constantTables, fedTables, once, rotate } from './rotation.js';

/** Sizes of a decode step; `rotated` is batch * (H + 2 KV). */
export const decodeDims = { batch: 'batch', rotated: 'rotated' } as const;

/**
 * Layers with a window keep fewer slots than those without: sizes and inputs by window, undefined
 * for none.
 */
const named = (name: string, window: number | undefined): string =>
  window === undefined ? name : `${name}.${window}`;
const pastDim = (window?: number): string => named('past', window);
/** past + 1 */
const totalDim = (window?: number): string => named('total', window);

/**
 * Slots of a row in a layer, where rows have at most `past` tokens: the window without the new
 * token itself.
 */
export const slotsOf = (past: number, window?: number): number =>
  window === undefined ? past : Math.min(past, Math.max(1, window - 1));

/** Heads whose vectors a layer makes for a token: queries, keys and values. */
export const headsPerToken = (config: ModelConfig): number =>
  config.numAttentionHeads + 2 * config.numKeyValueHeads;

export function decodeSizes(
  config: ModelConfig,
  batch: number,
  past: number,
): Record<string, number> {
  const sizes = [undefined, ...traceOf(config).windows].flatMap((window) => {
    const slots = slotsOf(past, window);
    return [
      [pastDim(window), slots],
      [totalDim(window), slots + 1],
    ] as const;
  });
  return { ...Object.fromEntries(sizes), batch, rotated: batch * headsPerToken(config) };
}

/** Names of the inputs that carry the cache; `past` is slotsOf(past, window). */
export const cacheInputs = {
  /** [batch, KV, 1, past, D] */
  keys: (layer: number) => `cache.keys.${layer}`,
  values: (layer: number) => `cache.values.${layer}`,
  /**
   * [batch, 1, 1, 1, past + 1]: 0 where a row has a token that the new one sees, itself last; very
   * low elsewhere.
   */
  attentionMask: (window?: number) => named('cache.attentionMask', window),
  /** [batch, 1, 1, 1, past + 1]: positions of a row's slots and of its new token. */
  places: (window?: number) => named('cache.places', window),
  /** [2] int64: past, 1. */
  sizes: (window?: number) => named('cache.sizes', window),
  /** [batch] int64: a row's position. */
  positions: 'cache.positions',
  /**
   * [rotated, 1] int64: a row's position + 1 for its queries and keys; 0, which rotates nothing,
   * for its values.
   */
  rotations: 'cache.rotations',
  /** [batch, 1] int64: 0, 1, 2 ... */
  rows: 'cache.rows',
} as const;

/**
 * The cache is an input and is never an output, as outputs are copied whole: `keep` is given only
 * the new [batch, 2 KV, 1, D], keys then values, which the caller writes into its cache. Scores,
 * not caches, are concatenated. Keys are cached rotated. Where rotations depend on how long a
 * sequence is, a decode step is right as long as they stay: when they change (ropeChanges), all
 * that is cached of the row is of another model, and the row has to be read again. The order of a
 * row's slots does not matter: a layer with a window overwrites the token that has left it.
 */
export function cachedAttention(
  graph: Graph,
  config: ModelConfig,
  maxPositions: number,
  keep: (fresh: Value, layer: number) => void,
): Attention {
  const { numAttentionHeads: heads, numKeyValueHeads: keyHeads, headDim } = config;
  const { batch } = decodeDims;
  const rowsOfHeads = queryRows(config);
  const rotation = cacheRotation(graph, config, maxPositions);

  const placed = (scores: Value, { alibi, window }: AttentionSpec): Value => {
    const biased = alibi ? m.add(graph, scores, cacheBias(graph, config, window)) : scores;
    return m.add(
      graph,
      biased,
      graph.input(cacheInputs.attentionMask(window), [batch, 1, 1, 1, totalDim(window)]),
    );
  };

  return {
    positions: () => graph.input(cacheInputs.positions, [batch], 'int64'),
    attend: (q, k, v, spec) => {
      const [past, total] = [pastDim(spec.window), totalDim(spec.window)];
      const keys = graph.input(cacheInputs.keys(spec.layer), [batch, keyHeads, 1, past, headDim]);
      const values = graph.input(cacheInputs.values(spec.layer), [
        batch,
        keyHeads,
        1,
        past,
        headDim,
      ]);
      const { query, fresh } = rotation(q, k, v, spec.rope);
      keep(fresh, spec.layer);
      const queries = m.reshape(graph, query, [batch, keyHeads, ...rowsOfHeads, headDim]);
      const [ownKeys, ownValues] = m.split(graph, fresh, [keyHeads, keyHeads], 1);
      const apart = (x: Value): Value => m.reshape(graph, x, [batch, keyHeads, 1, 1, headDim]);
      const [ownKey, ownValue] = [apart(ownKeys), apart(ownValues)];

      // Scaled before: products of one row by a factor other than 1 are packed as if they had many.
      const scaled = m.scale(graph, queries, spec.scale);
      const scores = [keys, ownKey].map((key) => m.matmul(graph, scaled, key, { transB: true }));
      const all = graph.op(
        'Concat',
        scores,
        { axis: 4 },
        { dims: [batch, keyHeads, ...rowsOfHeads, total], type: q.type },
      );
      const capped = spec.softCap ? m.softCap(graph, all, spec.softCap) : all;
      const weights = m.softmax(graph, placed(capped, spec));
      const shape = (size: Dim) => ({
        dims: [batch, keyHeads, ...rowsOfHeads, size],
        type: q.type,
      });
      const sizes = graph.input(cacheInputs.sizes(spec.window), [2], 'int64');
      const parts = [shape(past), shape(1)] as const;
      const [seen, self] = graph.opWithOutputs('Split', [weights, sizes], { axis: 4 }, parts);
      const mixed = m.add(graph, m.matmul(graph, seen, values), m.mul(graph, self, ownValue));
      return m.reshape(graph, mixed, [batch, heads * headDim]);
    },
  };
}

interface Rotated {
  /** [batch, H, 1, D] */
  readonly query: Value;
  /** [batch, 2 KV, 1, D]: the new token's keys, then its values. */
  readonly fresh: Value;
}

function cacheRotation(graph: Graph, config: ModelConfig, maxPositions: number) {
  const { numAttentionHeads: heads, numKeyValueHeads: keyHeads, headDim } = config;
  const { batch, rotated } = decodeDims;
  const constant = once((rope) => constantTables(graph, rope, maxPositions, 1));
  const varying = once((rope) => fedTables(graph, config, rope, batch));
  const apart = (parts: Value[], count: number): Value =>
    m.reshape(graph, m.concat(graph, parts, 1), [batch, count, 1, headDim]);

  return (q: Value, k: Value, v: Value, rope?: Rope): Rotated => {
    if (rope && ropeVaries(rope, maxPositions)) {
      const turned = rotate(
        graph,
        rope,
        apart([q, k], heads + keyHeads),
        graph.input(cacheInputs.rows, [batch, 1], 'int64'),
        varying(rope),
      );
      const [query, keys] = m.split(graph, turned, [heads, keyHeads], 1) as [Value, Value];
      return { query, fresh: m.concat(graph, [keys, apart([v], keyHeads)], 1) };
    }
    // One rotation for all heads, values included by nothing, costs less than splitting before it.
    const joined = m.reshape(graph, m.concat(graph, [q, k, v], 1), [rotated, 1, 1, headDim]);
    const turned = rope
      ? rotate(
          graph,
          rope,
          joined,
          graph.input(cacheInputs.rotations, [rotated, 1], 'int64'),
          constant(rope),
        )
      : joined;
    const all = m.reshape(graph, turned, [batch, headsPerToken(config), 1, headDim]);
    const [query, fresh] = m.split(graph, all, [heads, 2 * keyHeads], 1) as [Value, Value];
    return { query, fresh };
  };
}

/**
 * How the queries of a key head lie: each as a product of its own, which needs no packing. With one
 * key head in one row onnxruntime would make one product of them, summed in another order than those
 * of several rows: there they are one product in any batch.
 */
const queryRows = ({ numAttentionHeads, numKeyValueHeads }: ModelConfig): [number, number] =>
  numKeyValueHeads === 1 ? [1, numAttentionHeads] : [numAttentionHeads / numKeyValueHeads, 1];

/** Slope times the position, [batch, KV, queries of a key head, total]. */
function cacheBias(graph: Graph, config: ModelConfig, window?: number): Value {
  const { numAttentionHeads: heads, numKeyValueHeads: keyHeads } = config;
  const slopes = graph.constant(alibiSlopes(heads), [1, keyHeads, ...queryRows(config), 1]);
  return m.mul(
    graph,
    slopes,
    graph.input(cacheInputs.places(window), [decodeDims.batch, 1, 1, 1, totalDim(window)]),
  );
}
