// Matrix products in 16 bits within a graph of float32: what goes in and comes out is rounded to
// halves, in both directions.

import type { Graph } from './graph.js';
import * as m from './math.js';
import type { Value } from './types.js';

/**
 * Identities keep the rounding where there is no kernel for halves: onnxruntime's CPU takes a Cast
 * and its reverse for nothing.
 */
const kept = (g: Graph, x: Value): Value => g.op('Identity', [x]);

/** x as halves, without a gradient. Beyond 65504 they are infinite. */
export const toHalf = (g: Graph, x: Value): Value =>
  g.untaped(() => kept(g, m.cast(g, x, 'float16')));

const multiply = (g: Graph, half: Value, weight: Value, transB: boolean): Value =>
  m.cast(g, kept(g, m.gemm(g, half, weight, { transB })), 'float32');

/**
 * x W' for a frozen W of halves: [M, K] -> [M, N] in float32, as one entry of the tape.
 * @param half `toHalf` of x, shared by the products of one x. @param transposed W is [N, K], not
 * [K, N].
 */
export const halfProduct = (
  g: Graph,
  x: Value,
  half: Value,
  weight: Value,
  transposed: boolean,
): Value =>
  g.composite(
    'HalfProduct',
    [x],
    () => ({ output: multiply(g, half, weight, transposed), saved: [weight] }),
    { transposed: Number(transposed) },
  );

/** The gradient of `halfProduct`'s x, in 16 bits too. */
export const halfGradient = (g: Graph, grad: Value, weight: Value, transposed: boolean): Value =>
  multiply(g, toHalf(g, grad), weight, !transposed);
