// Projections in which every row of a batch has an adapter of its own: A and B are inputs, stacked by row.
import type { Graph } from '#onnx/graph.js';
import * as m from '#onnx/math.js';
import type { Dim } from '#onnx/types.js';
import { frozenProjections, type Project } from './llama.js';
import { expectedTensors } from './llama-tensors.js';
import type { ModelConfig } from './types.js';

/** Size of the ranks, which all rows share: smaller ones are padded with zeros. */
export const RANK = 'rank';

/** Groups of weights that read the same input; their A matrices are one graph input under the first one's name. */
export function adapterGroups(config: ModelConfig): string[][] {
  return Array.from({ length: config.numHiddenLayers }, (_, layer) => {
    const name = (part: string): string => `model.layers.${layer}.${part}.weight`;
    return [
      ['self_attn.q_proj', 'self_attn.k_proj', 'self_attn.v_proj'].map(name),
      [name('self_attn.o_proj')],
      ['mlp.gate_proj', 'mlp.up_proj'].map(name),
      [name('mlp.down_proj')],
    ];
  }).flat();
}

export const adapterInputs = {
  /** [rows, weights of the group, rank, in] */
  a: (firstOfGroup: string) => `adapters.a.${firstOfGroup}`,
  /** [rows, 1, rank, out], the scaling alpha / r included */
  b: (weight: string) => `adapters.b.${weight}`,
} as const;

export interface RowShape {
  /** Rows with adapters of their own. */
  readonly rows: Dim;
  /** Tokens of a row. */
  readonly steps: Dim;
  /** rows * steps */
  readonly tokens: Dim;
}

/** y = W x + B A x, with B and A those of x's row; a row of zeros is the base model. */
export function rowAdapters(graph: Graph, config: ModelConfig, { rows, steps, tokens }: RowShape): Project {
  const frozen = frozenProjections(graph, config);
  const dimsOf = expectedTensors(config);
  return (x, weights, onto) => {
    const wide = dimsOf.get(weights[0]!)![1]!;
    const a = graph.input(adapterInputs.a(weights[0]!), [rows, weights.length, RANK, wide]);
    const inner = m.matmul(graph, m.reshape(graph, x, [rows, 1, steps, wide]), a, { transB: true });
    const parts = weights.length === 1 ? [inner] : m.split(graph, inner, weights.map(() => 1), 1);
    return frozen(x, weights, onto).map((base, i) => {
      const out = dimsOf.get(weights[i]!)![0]!;
      const b = graph.input(adapterInputs.b(weights[i]!), [rows, 1, RANK, out]);
      return m.add(graph, base, m.reshape(graph, m.matmul(graph, parts[i]!, b), [tokens, out]));
    });
  };
}
