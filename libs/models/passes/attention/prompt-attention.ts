// Attention of a prompt's next tokens over those that were read before: prefill, in one piece or in
// several.

import type { Graph } from '#onnx/graph.js';
import * as m from '#onnx/math.js';
import type { Dim, Value } from '#onnx/types.js';
import { alibiSlopes } from '../../layers/alibi.js';
import type { Attention, AttentionSpec } from '../../layers/pass.js';
import type { Rope } from '../../layers/rope.js';
import type { ModelConfig } from '../../types.js';
import { sequenceDims, sequenceInputNames, sequenceRotation } from './sequence-attention.js';

/** Sizes besides `tokens`; `grouped` is tokens * query heads a key head, `total` past + tokens. */
const [PAST, TOTAL, GROUPED] = ['past', 'total', 'grouped'] as const;

/** Names of the inputs that carry what was read; positions are those of sequence attention. */
export const promptInputs = {
  /** [1, KV, past, D], rotated. */
  keys: (layer: number) => `prompt.keys.${layer}`,
  values: (layer: number) => `prompt.values.${layer}`,
  /**
   * [1, 1, 1, tokens, past + tokens]: 0 where a token may look, very low elsewhere. One for each size
   * of window.
   */
  attentionMask: (window?: number) =>
    window === undefined ? 'prompt.attentionMask' : `prompt.attentionMask.${window}`,
  /** [1, 1, 1, 1, past + tokens]: positions of the slots and of the tokens. */
  places: 'prompt.places',
  /** [2] int64: past, tokens. */
  sizes: 'prompt.sizes',
} as const;

/** @param past slots, at least one: an empty one is not seen. */
export const promptSizes = (
  { numAttentionHeads, numKeyValueHeads }: ModelConfig,
  tokens: number,
  past: number,
): Record<string, number> => ({
  tokens,
  [PAST]: past,
  [TOTAL]: past + tokens,
  [GROUPED]: (tokens * numAttentionHeads) / numKeyValueHeads,
});

/**
 * All tokens are of one sequence. Scores, not keys, are joined with those of the past, which is an
 * input used in place. The query heads of a key head are stacked, as in sequence attention.
 * @param keep is given each layer's rotated keys and its values, [1, KV, tokens, D].
 * @param seeing whether features stand for some tokens.
 */
export function promptAttention(
  graph: Graph,
  config: ModelConfig,
  maxLength: number,
  keep: (keys: Value, values: Value, layer: number) => void,
  seeing = false,
): Attention {
  const { numAttentionHeads: heads, numKeyValueHeads: keyHeads, headDim } = config;
  const { tokens } = sequenceDims;
  const groups = heads / keyHeads;
  const grouped: Dim = groups === 1 ? tokens : GROUPED;
  const positions = (): Value => graph.input(sequenceInputNames.positions, [tokens], 'int64');
  const rotation = sequenceRotation(graph, config, maxLength, positions, seeing);
  /** [tokens, count * D] -> [1, count, tokens, D] */
  const split = (x: Value, count: number, rope?: Rope): Value => {
    const apart = m.reshape(graph, x, [tokens, count, 1, headDim]);
    const turned = m.reshape(graph, rope ? rotation(rope)(apart) : apart, [
      1,
      tokens,
      count,
      headDim,
    ]);
    return m.transpose(graph, turned, [0, 2, 1, 3]);
  };
  const placed = (scores: Value, { alibi, window }: AttentionSpec): Value => {
    const apart = m.reshape(graph, scores, [1, keyHeads, groups, tokens, TOTAL]);
    const biased = alibi ? m.add(graph, apart, promptBias(graph, config)) : apart;
    const name = promptInputs.attentionMask(window);
    return m.add(graph, biased, graph.input(name, [1, 1, 1, tokens, TOTAL]));
  };

  return {
    positions,
    attend: (q, k, v, spec) => {
      const shape = [1, keyHeads, PAST, headDim];
      const pastKeys = graph.input(promptInputs.keys(spec.layer), shape);
      const pastValues = graph.input(promptInputs.values(spec.layer), shape);
      const queries = m.reshape(graph, split(q, heads, spec.rope), [1, keyHeads, grouped, headDim]);
      const [keys, values] = [split(k, keyHeads, spec.rope), split(v, keyHeads)];
      keep(keys, values, spec.layer);
      const scores = [pastKeys, keys].map((seen) =>
        m.matmul(graph, queries, seen, { transB: true, alpha: spec.scale }),
      );
      const sized = (size: Dim) => ({ dims: [1, keyHeads, grouped, size], type: q.type });
      const all = graph.op('Concat', scores, { axis: 3 }, sized(TOTAL));
      const capped = spec.softCap ? m.softCap(graph, all, spec.softCap) : all;
      const weights = m.reshape(graph, m.softmax(graph, placed(capped, spec)), all.dims);
      const sizes = graph.input(promptInputs.sizes, [2], 'int64');
      const parts = [sized(PAST), sized(tokens)] as const;
      const [before, own] = graph.opWithOutputs('Split', [weights, sizes], { axis: 3 }, parts);
      const mixed = m.add(graph, m.matmul(graph, before, pastValues), m.matmul(graph, own, values));
      const apart = m.reshape(graph, mixed, [1, heads, tokens, headDim]);
      return m.reshape(graph, m.transpose(graph, apart, [0, 2, 1, 3]), [tokens, heads * headDim]);
    },
  };
}

/** Slope times the key's position, [1, KV, G, 1, total], as in sequence attention. */
function promptBias(graph: Graph, config: ModelConfig): Value {
  const { numAttentionHeads: heads, numKeyValueHeads: keyHeads } = config;
  const slopes = graph.constant(alibiSlopes(heads), [1, keyHeads, heads / keyHeads, 1, 1]);
  return m.mul(graph, slopes, graph.input(promptInputs.places, [1, 1, 1, 1, TOTAL]));
}
