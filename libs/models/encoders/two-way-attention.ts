// Attention in both directions over padded rows of tokens: encoders.

import type { Graph } from '#onnx/graph.js';
import * as m from '#onnx/math.js';
import type { Value } from '#onnx/types.js';
import type { Attention } from '../layers/pass.js';

/** Sizes of a pass; `tokens` is batch * length. */
export const encoderDims = { batch: 'batch', length: 'length', tokens: 'tokens' } as const;

export const encoderInputs = {
  /** [tokens] int64, row after row. */
  ids: 'encoder.ids',
  /** [tokens] int64: every token's place in its row. */
  positions: 'encoder.positions',
  /** [batch, 1, 1, length]: 0 for a token, very low for padding. */
  attentionMask: 'encoder.mask',
} as const;

export interface Heads {
  readonly numAttentionHeads: number;
  readonly headDim: number;
}

/** Every token sees all tokens of its row. */
export function twoWayAttention(
  graph: Graph,
  { numAttentionHeads: heads, headDim }: Heads,
): Attention {
  const { batch, length, tokens } = encoderDims;
  /** [tokens, heads * D] -> [batch, heads, length, D] */
  const split = (x: Value): Value =>
    m.transpose(graph, m.reshape(graph, x, [batch, length, heads, headDim]), [0, 2, 1, 3]);
  return {
    positions: () => graph.input(encoderInputs.positions, [tokens], 'int64'),
    attend(q, k, v, { scale }) {
      const scores = m.matmul(graph, split(q), split(k), { transB: true, alpha: scale });
      const attentionMask = graph.input(encoderInputs.attentionMask, [batch, 1, 1, length]);
      const weights = m.softmax(graph, m.add(graph, scores, attentionMask));
      const mixed = m.transpose(graph, m.matmul(graph, weights, split(v)), [0, 2, 1, 3]);
      return m.reshape(graph, mixed, [tokens, heads * headDim]);
    },
  };
}
