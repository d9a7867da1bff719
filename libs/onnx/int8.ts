// Matrix products in 8 bits: weights as integers with one scale a column, activations and gradients
// quantised row by row while the graph runs, so that a row's result does not depend on the rest of
// the batch.

import { first, last } from '#collections/items.js';
import type { Graph } from './graph.js';
import * as m from './math.js';
import type { Dims, Value } from './types.js';

/** A matrix [K, N] as int8 values and a scale for each column, float32 [N]: value * scale. */
export interface Int8Matrix {
  readonly values: Value;
  readonly scales: Value;
}
/** Activations [M, K] as uint8 values around 128 and a scale for each row, float32 [M, 1]. */
export interface QuantizedRows {
  readonly values: Value;
  readonly scales: Value;
}

const LIMIT = 127;
const TINY = 1e-30; // keeps the scale of a row of zeros from being 0
const zeroPoint = (g: Graph): Value =>
  g.untaped(() => g.cached('int8 zero point', () => g.constant(Uint8Array.of(LIMIT + 1), [])));

/** Each row's largest magnitude becomes 127. */
export function quantizeRows(g: Graph, x: Value): QuantizedRows {
  return g.untaped(() => {
    const rows = first(x.dims);
    const scales = m.scale(
      g,
      m.add(g, m.max(g, g.op('Abs', [x]), [-1], true), g.scalar(TINY)),
      1 / LIMIT,
    );
    const zeros = g.cached(`int8 zero points ${rows}`, () => m.expand(g, zeroPoint(g), [rows]));
    const shape = { dims: x.dims, type: 'uint8' } as const;
    return {
      values: g.op('QuantizeLinear', [x, m.reshape(g, scales, [rows]), zeros], { axis: 0 }, shape),
      scales,
    };
  });
}

/** x W, [M, K] -> [M, N], without a gradient. */
export function multiply(g: Graph, { values, scales }: QuantizedRows, matrix: Int8Matrix): Value {
  const dims: Dims = [first(values.dims), last(matrix.values.dims)];
  const inputs = [values, matrix.values, g.scalar(1), matrix.scales, zeroPoint(g)];
  return m.mul(g, g.op('MatMulIntegerToFloat', inputs, {}, { dims, type: 'float32' }), scales);
}

/**
 * x W for frozen W: [M, K] -> [M, N], as one entry of the tape. @param rows x quantised, shared
 * by the products of one x.
 * @param transposed W^T [N, K], quantised on its own: what the gradient of x is multiplied by.
 */
export const int8Product = (
  g: Graph,
  x: Value,
  rows: QuantizedRows,
  matrix: Int8Matrix,
  transposed: Int8Matrix,
): Value =>
  g.composite('Int8Product', [x], () => ({
    output: multiply(g, rows, matrix),
    saved: [transposed.values, transposed.scales],
  }));

/** The gradient of `int8Product`'s x, in 8 bits too. */
export function int8Gradient(g: Graph, grad: Value, saved: readonly Value[]): Value {
  const [values, scales] = saved as [Value, Value];
  return multiply(g, quantizeRows(g, grad), { values, scales });
}
