// Linear layers of the base model: their names, shapes and products.

import { lastName } from '#contracts/module-choice.js';
import type { Graph } from '#onnx/graph.js';
import * as m from '#onnx/math.js';
import type { Value } from '#onnx/types.js';
import { type Linear, type Project, weightInput } from './pass.js';

const WEIGHT = '.weight';

/** A layer by its module's name, such as model.layers.0.mlp.up_proj. */
export const linear = (
  module: string,
  wide: number,
  out: number,
  options: Pick<Linear, 'bias' | 'transposed'> = {},
): Linear => ({
  name: `${module}${WEIGHT}`,
  in: wide,
  out,
  ...options,
});

const moduleOf = ({ name }: Linear): string => name.slice(0, -WEIGHT.length);
/** Last part of its name, such as up_proj. */
export const kindOf = (layer: Linear): string => lastName(moduleOf(layer));
export const biasName = (layer: Linear): string => `${moduleOf(layer)}.bias`;
/** Dims of the weight as it is stored. */
export const weightDims = ({ in: wide, out, transposed }: Linear): readonly [number, number] =>
  transposed ? [wide, out] : [out, wide];

/**
 * y = W x + b, one kernel; what is added `onto` takes the bias's place in it, and the bias a pass
 * of its own. A `change` of zeros leaves the bits of y as they are without one.
 */
export function frozenProduct(
  graph: Graph,
  x: Value,
  layer: Linear,
  { onto, change }: { onto?: Value | undefined; change?: Value } = {},
): Value {
  const weight = weightInput(graph, layer.name, weightDims(layer));
  const bias = layer.bias ? weightInput(graph, biasName(layer), [layer.out]) : undefined;
  const below = onto ?? bias;
  const all = below && change ? m.add(graph, below, change) : (below ?? change);
  const product = m.gemm(graph, x, weight, { transB: !layer.transposed }, all);
  return onto && bias ? m.add(graph, product, bias) : product;
}

/** Bias and `onto` added to a product that took them into no kernel of its own. */
export function onProduct(graph: Graph, product: Value, layer: Linear, onto?: Value): Value {
  const biased = layer.bias
    ? m.add(graph, product, weightInput(graph, biasName(layer), [layer.out]))
    : product;
  return onto ? m.add(graph, biased, onto) : biased;
}

/** The base model's own projections. */
export const frozenProjections =
  (graph: Graph): Project =>
  (x, linears, onto) =>
    linears.map((layer) => frozenProduct(graph, x, layer, { onto }));
