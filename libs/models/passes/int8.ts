// The base model's linear layers in 8 bits: integers and scales take the place of the float32
// weights. Those that attention reads (queries, keys, values) stay float32: an eighth of the
// arithmetic, and half of the error (docs/adr/0017). Of the head the forward pass alone is in 8
// bits: what its gradient adds up are many small probabilities that 8 bits would lose.

import type { Graph, Rows } from '#onnx/graph.js';
import {
  int8Product,
  type Int8Matrix,
  multiply,
  type QuantizedRows,
  quantizeRows,
} from '#onnx/int8.js';
import type { Value } from '#onnx/types.js';
import { frozenProjections, onProduct } from '../layers/linear.js';
import { type Linear, type Project } from '../layers/pass.js';
import { isHalf, rowsOf, type Weight, widened } from '../tensors/half-tensor.js';
import type { ModelConfig, TensorData } from '../types.js';
import { headParts, headSpec } from './head.js';
import { INT8_LIMIT } from './int8-limit.js';
import { traceOf } from './trace.js';

/**
 * Names of a layer's matrices: W^T [in, out] with a scale for each output, and W [out, in] with one
 * for each input.
 */
const matricesOf = ({ name }: Linear) => ({
  forward: `${name}.int8`,
  backward: `${name}.int8.backward`,
});
const scalesOf = (values: string): string => `${values}.scales`;

const matrixOf = (graph: Graph, name: string, dims: readonly [number, number]): Int8Matrix => ({
  values: graph.filedConstant(name, dims, 'int8'),
  scales: graph.input(scalesOf(name), [dims[1]]),
});

/** A part of the head's matrix as a layer. */
const headLayer = (config: ModelConfig, { from, to }: Rows): Linear => ({
  name: `${headSpec(config).name}.${from}`,
  in: config.hiddenSize,
  out: to - from,
});

/** h [P, hidden] -> h W^T by a part of the head's matrix, [P, tokens]. */
export function int8HeadProduct(
  graph: Graph,
  config: ModelConfig,
): (h: Value, part: Rows) => Value {
  const quantized = new Map<Value, QuantizedRows>();
  return (h, part) => {
    const layer = headLayer(config, part);
    const rows = quantized.get(h) ?? quantizeRows(graph, h);
    quantized.set(h, rows);
    return multiply(graph, rows, matrixOf(graph, matricesOf(layer).forward, [layer.in, layer.out]));
  };
}

/** Products in 8 bits; what is read quantised once a group of layers. */
export function int8Projections(graph: Graph, config: ModelConfig): Project {
  const layers = int8Layers(config);
  const frozen = frozenProjections(graph);
  return (x, linears, onto) => {
    if (!linears.every(({ name }) => layers.has(name))) return frozen(x, linears, onto);
    const rows = quantizeRows(graph, x);
    return linears.map((layer) => {
      const names = matricesOf(layer);
      const { in: wide, out } = layer;
      const product = int8Product(
        graph,
        x,
        rows,
        matrixOf(graph, names.forward, [wide, out]),
        matrixOf(graph, names.backward, [out, wide]),
      );
      return onProduct(graph, product, layer, onto);
    });
  };
}

/** Integers and their scales, by the names that the graph has for them. */
export interface Int8Weights {
  readonly values: ReadonlyMap<string, Int8Array>;
  readonly scales: ReadonlyMap<string, TensorData>;
}

/** Layers whose float32 weights integers take the place of, by name. */
export function int8Layers(config: ModelConfig): ReadonlyMap<string, Linear> {
  const { groups, attended } = traceOf(config);
  const layers = groups.filter((group) => !group.some(({ name }) => attended.has(name))).flat();
  return new Map(layers.map((layer) => [layer.name, layer]));
}

/**
 * Each direction is quantised on its own, with a scale for each of its results.
 * @param data stored [out, in], or [in, out] where transposed.
 */
export function quantizeLayer(layer: Linear, data: Float32Array): Int8Weights {
  const { forward, backward } = matricesOf(layer);
  const [kept, turned] = layer.transposed
    ? quantize(data, layer.in, layer.out)
    : quantize(data, layer.out, layer.in);
  return layer.transposed
    ? named([forward, kept], [backward, turned])
    : named([forward, turned], [backward, kept]);
}

/**
 * @param matrix [vocabulary, hidden], which the backward pass needs as it is; halves are widened
 * part by part.
 */
export function quantizeHead(config: ModelConfig, matrix: Weight): Int8Weights {
  const parts = headParts(config).map((part): [string, Quantized] => {
    const layer = headLayer(config, part);
    const rows = rowsOf(matrix, part);
    const [, turned] = quantize((isHalf(rows) ? widened(rows) : rows).data, layer.out, layer.in);
    return [matricesOf(layer).forward, turned];
  });
  return named(...parts);
}

interface Quantized {
  readonly values: Int8Array;
  readonly scales: Float32Array;
}
const named = (...matrices: readonly [string, Quantized][]): Int8Weights => ({
  values: new Map(matrices.map(([name, { values }]) => [name, values])),
  scales: new Map(
    matrices.map(([name, { scales }]) => [scalesOf(name), { dims: [scales.length], data: scales }]),
  ),
});

/**
 * Added to a float64 and taken away again it leaves the nearest integer, the even one of two, in a
 * fraction of Math.round's time.
 */
export const ROUND = 1.5 * 2 ** 52;
const inverseOf = (largest: Float32Array): Float32Array =>
  largest.map((size) => (size === 0 ? 0 : INT8_LIMIT / size));
const scalesFrom = (largest: Float32Array): Float32Array =>
  largest.map((size) => size / INT8_LIMIT);

/**
 * A matrix [rows, columns] as integers, the largest of each column INT8_LIMIT, and its transpose, the
 * largest of each row INT8_LIMIT.
 */
function quantize(
  data: Float32Array,
  rows: number,
  columns: number,
): [kept: Quantized, turned: Quantized] {
  // Both at once, as it is memory that takes the time, and as it lies: read across its rows it
  // takes many times as long.
  const [rowMax, columnMax] = [new Float32Array(rows), new Float32Array(columns)];
  for (let row = 0, i = 0; row < rows; row++) {
    let most = 0;
    for (let column = 0; column < columns; column++, i++) {
      const size = Math.abs(data[i]!);
      if (size > most) most = size;
      if (size > columnMax[column]!) columnMax[column] = size;
    }
    rowMax[row] = most;
  }
  const [byRow, byColumn] = [inverseOf(rowMax), inverseOf(columnMax)];
  const [kept, turned] = [new Int8Array(data.length), new Int8Array(data.length)];
  for (let row = 0, i = 0; row < rows; row++) {
    const factor = byRow[row]!;
    for (let column = 0, at = row; column < columns; column++, i++, at += rows) {
      const x = data[i]!;
      kept[i] = x * byColumn[column]! + ROUND - ROUND;
      turned[at] = x * factor + ROUND - ROUND;
    }
  }
  return [
    { values: kept, scales: scalesFrom(columnMax) },
    { values: turned, scales: scalesFrom(rowMax) },
  ];
}
