// Projections with low-rank changes that differ from row to row: A and B are inputs. Rows that share
// an adapter share its copy.

import { zip } from '#collections/zip.js';
import type { Graph } from '#onnx/graph.js';
import * as m from '#onnx/math.js';
import type { Dim, Value } from '#onnx/types.js';
import { frozenProduct } from '../layers/linear.js';
import type { Linear, Project } from '../layers/pass.js';

export const adapterDims = {
  /** Copies of adapters, each for as many rows as it is high. */
  tiles: 'tiles',
  height: 'height',
  /** Of all copies: smaller ranks are padded with zeros. */
  rank: 'rank',
} as const;

export const adapterInputs = {
  /** [tiles, 1, linear layers of the group (see trace.ts), rank, in] */
  a: (firstOfGroup: string) => `adapters.a.${firstOfGroup}`,
  /** [tiles, 1, 1, rank, out], the scaling alpha / r included */
  b: (weight: string) => `adapters.b.${weight}`,
  /** [tiles, height, 1, 1] int64: the row in each place, any one where there is none. */
  rows: 'adapters.rows',
  /** [rows, 4] int64: a row's tile, its place in it, 0 and 0. */
  places: 'adapters.places',
} as const;

/** How tokens [N, in] come to lie in tiles, and results to where the tokens were. */
interface Layout {
  readonly tiles: Dim;
  /** [N, in] -> [tiles, height, 1, products of one matrix, in] */
  laid(x: Value, wide: number): Value;
  /** The other way, [N, out]. */
  back(change: Value, out: number): Value;
}

/**
 * One token a row. Each is a product by itself, of a single row: it has the same bits whoever shares
 * its tile.
 */
export function rowAdapters(graph: Graph, rows: Dim): Project {
  const { tiles, height } = adapterDims;
  return adapted(graph, {
    tiles,
    laid: (x) =>
      m.gather(graph, x, graph.input(adapterInputs.rows, [tiles, height, 1, 1], 'int64')),
    back: (change) =>
      graph.op('GatherND', [change, graph.input(adapterInputs.places, [rows, 4], 'int64')]),
  });
}

/** All tokens have the same adapter. */
export const sequenceAdapter = (graph: Graph, tokens: Dim): Project =>
  adapted(graph, {
    tiles: 1,
    laid: (x, wide) => m.reshape(graph, x, [1, 1, 1, tokens, wide]),
    back: (change, out) => m.reshape(graph, change, [tokens, out]),
  });

/** y = W x + B A x; with zeros it is the base model. */
const adapted =
  (graph: Graph, { tiles, laid, back }: Layout): Project =>
  (x, linears, onto) => {
    const [{ name, in: wide }] = linears as [Linear];
    const { rank } = adapterDims;
    const a = graph.input(adapterInputs.a(name), [tiles, 1, linears.length, rank, wide]);
    const inner = m.matmul(graph, laid(x, wide), a, { transB: true });
    const ones = linears.map((): number => 1);
    const parts = linears.length === 1 ? [inner] : m.split(graph, inner, ones, 2);
    return zip(linears, parts).map(([layer, part]) => {
      const b = graph.input(adapterInputs.b(layer.name), [tiles, 1, 1, rank, layer.out]);
      const change = back(m.matmul(graph, part, b), layer.out);
      return frozenProduct(graph, x, layer, { onto, change });
    });
  };
