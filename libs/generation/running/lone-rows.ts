// Whether a row that is alone in a product over blocks is summed as it is among others: on some
// processors it is not, and products of few bits enlarge the last bits of a sum.

import { isBlocks, type ServedWeight } from '#models/tensors/block-tensor.js';
import { Graph } from '#onnx/graph.js';
import * as m from '#onnx/math.js';
import type { Compute } from '#runtime/compute.js';
import { GraphSession } from '#runtime/graph-session.js';
import { Random } from '#runtime/random.js';

const ROWS = 'rows';

/** Found out by a product with the smallest matrix of each number of bits. */
export async function areLoneRowsApart(
  weights: ReadonlyMap<string, ServedWeight>,
  compute: Compute,
): Promise<boolean> {
  const blocks = [...weights].flatMap(([name, weight]) =>
    isBlocks(weight) ? [{ name, weight }] : [],
  );
  for (const bits of new Set(blocks.map(({ weight }) => weight.bits))) {
    const smallest = blocks
      .filter(({ weight }) => weight.bits === bits)
      .reduce((least, one) => (one.weight.data.length < least.weight.data.length ? one : least));
    if (await isApart(smallest, weights, compute)) return true;
  }
  return false;
}

async function isApart(
  { name, weight }: { readonly name: string; readonly weight: ServedWeight },
  weights: ReadonlyMap<string, ServedWeight>,
  compute: Compute,
): Promise<boolean> {
  const [rows, columns] = weight.dims as readonly [number, number];
  const isTransposed = isBlocks(weight) && weight.transposed;
  const wide = isTransposed ? rows : columns;
  const graph = new Graph();
  const x = graph.input('x', [ROWS, wide]);
  const matrix = graph.input(name, [rows, columns]);
  graph.output('y', m.gemm(graph, x, matrix, { transB: !isTransposed }));
  const session = await GraphSession.create(graph, compute, weights);
  const random = new Random('lone rows');
  const row = Float32Array.from({ length: wide }, () => random.normal());
  const product = async (count: number): Promise<Float32Array> => {
    const data = new Float32Array(count * wide);
    for (let i = 0; i < count; i++) data.set(row, i * wide);
    const results = await session.run({ x: { dims: [count, wide], data } }, { [ROWS]: count });
    return results.get('y') ?? new Float32Array(0);
  };
  const [alone, among] = [await product(1), await product(2)];
  await session.close();
  return alone.some((value, i) => value !== among[i]);
}
