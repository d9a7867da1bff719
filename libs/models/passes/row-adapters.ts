// Projections in which every row of a batch has an adapter of its own: A and B are inputs, stacked
// by row.

import { zip } from '#collections/zip.js';
import type { Graph } from '#onnx/graph.js';
import * as m from '#onnx/math.js';
import type { Dim } from '#onnx/types.js';
import { frozenProduct } from '../layers/linear.js';
import type { Project } from '../layers/pass.js';

/** Size of the ranks, which all rows share: smaller ones are padded with zeros. */
export const RANK = 'rank';

export const adapterInputs = {
  /** [rows, linear layers of the group (see trace.ts), rank, in] */
  a: (firstOfGroup: string) => `adapters.a.${firstOfGroup}`,
  /** [rows, 1, rank, out], the scaling alpha / r included */
  b: (weight: string) => `adapters.b.${weight}`,
} as const;

export interface RowShape {
  /** Rows with adapters of their own. */
  readonly rows: Dim;
  /** Tokens of a row. */
  readonly length: Dim;
  /** rows * length */
  readonly tokens: Dim;
}

/** y = W x + B A x, with B and A those of x's row; a row of zeros is the base model. */
export function rowAdapters(graph: Graph, { rows, length, tokens }: RowShape): Project {
  return (x, linears, onto) => {
    const [first] = linears as [(typeof linears)[0]];
    const a = graph.input(adapterInputs.a(first.name), [rows, linears.length, RANK, first.in]);
    const inner = m.matmul(graph, m.reshape(graph, x, [rows, 1, length, first.in]), a, {
      transB: true,
    });
    const parts =
      linears.length === 1
        ? [inner]
        : m.split(
            graph,
            inner,
            linears.map((): number => 1),
            1,
          );
    return zip(linears, parts).map(([layer, part]) => {
      const b = graph.input(adapterInputs.b(layer.name), [rows, 1, RANK, layer.out]);
      const change = m.reshape(graph, m.matmul(graph, part, b), [tokens, layer.out]);
      return m.add(graph, frozenProduct(graph, x, layer, onto), change);
    });
  };
}
