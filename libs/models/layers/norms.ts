// Normalisation layers by their names in the checkpoint.

import * as m from '#onnx/math.js';
import type { Value } from '#onnx/types.js';
import type { Pass } from './pass.js';

const widthOf = (x: Value): number => Number(x.dims.at(-1));

/** Over the last dimension. @param module such as model.layers.0.input_layernorm */
export const rmsNorm = (pass: Pass, x: Value, module: string, epsilon: number): Value =>
  m.rmsNorm(pass.graph, x, pass.weight(`${module}.weight`, [widthOf(x)]), epsilon);

/** RMSNorm whose stored weight is its distance from 1: Gemma's. */
export const offsetRmsNorm = (pass: Pass, x: Value, module: string, epsilon: number): Value =>
  m.rmsNorm(
    pass.graph,
    x,
    m.add(pass.graph, pass.weight(`${module}.weight`, [widthOf(x)]), pass.graph.scalar(1)),
    epsilon,
  );

/** Over the last dimension, with a bias. */
export const layerNorm = (pass: Pass, x: Value, module: string, epsilon: number): Value =>
  m.layerNorm(
    pass.graph,
    x,
    pass.weight(`${module}.weight`, [widthOf(x)]),
    pass.weight(`${module}.bias`, [widthOf(x)]),
    epsilon,
  );

/**
 * RMSNorm of every head of x [N, heads D] by itself: the query and key norms of Qwen 3 and Gemma 3.
 * @param norm its kind.
 */
export function headNorm(
  pass: Pass,
  x: Value,
  module: string,
  headDim: number,
  epsilon: number,
  norm = rmsNorm,
): Value {
  const split = m.reshape(pass.graph, x, [...x.dims.slice(0, -1), widthOf(x) / headDim, headDim]);
  return m.reshape(pass.graph, norm(pass, split, module, epsilon), x.dims);
}
