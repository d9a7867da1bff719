// The base model's linear layers in 8 bits: integers and scales take the place of the float32 weights. Those that attention
// reads (queries, keys, values) stay float32: an eighth of the arithmetic, and half of the error (docs/engine.md).
import type { Graph } from '#onnx/graph.js';
import { int8Product, type Int8Matrix, quantizeRows } from '#onnx/int8.js';
import * as m from '#onnx/math.js';
import { type Linear, type Project, weightInput } from './architecture.js';
import { biasName, frozenProjections } from './linear.js';
import { traceOf } from './trace.js';
import type { ModelConfig, TensorData } from './types.js';

/** Names of a layer's inputs: W^T [in, out] with a scale for each output, and W [out, in] with one for each input. */
const inputsOf = ({ name }: Linear) => ({ forward: `${name}.int8`, backward: `${name}.int8.backward` });
const scalesOf = (values: string): string => `${values}.scales`;

/** Products in 8 bits; what is read quantised once a group of layers. */
export function int8Projections(graph: Graph, config: ModelConfig): Project {
  const kept = traceOf(config).attended;
  const frozen = frozenProjections(graph);
  return (x, linears, onto) => {
    if (linears.some(({ name }) => kept.has(name))) return frozen(x, linears, onto);
    const rows = quantizeRows(graph, x);
    const matrix = (name: string, dims: readonly [number, number]): Int8Matrix => ({
      values: graph.input(name, dims, 'int8'),
      scales: graph.input(scalesOf(name), [dims[1]]),
    });
    return linears.map((layer) => {
      const names = inputsOf(layer);
      const { in: wide, out } = layer;
      const product = int8Product(graph, x, rows, matrix(names.forward, [wide, out]), matrix(names.backward, [out, wide]));
      const biased = layer.bias ? m.add(graph, product, weightInput(graph, biasName(layer), [out])) : product;
      return onto ? m.add(graph, biased, onto) : biased;
    });
  };
}

export interface Int8Tensor {
  readonly dims: readonly number[];
  readonly data: Int8Array | Float32Array;
}

/** Quantises the layers that `int8Projections` computes in 8 bits, and takes their float32 weights out of the map. */
export function quantizeLinears(config: ModelConfig, weights: Map<string, TensorData>): Map<string, Int8Tensor> {
  const { groups, attended } = traceOf(config);
  const quantized = new Map<string, Int8Tensor>();
  for (const layer of groups.filter((group) => !group.some(({ name }) => attended.has(name))).flat()) {
    for (const [name, tensor] of quantizeLinear(layer, weights.get(layer.name)!.data)) quantized.set(name, tensor);
    weights.delete(layer.name);
  }
  return quantized;
}

/** What the graph reads in place of a layer's weight: each direction is quantised on its own, with a scale for each of its results. */
function quantizeLinear(layer: Linear, weight: Float32Array): Map<string, Int8Tensor> {
  const { in: wide, out, transposed = false } = layer;
  const { forward, backward } = inputsOf(layer);
  // Weights are stored [out, in], or [in, out] where `transposed`.
  const wanted: [string, number, number, boolean][] = [
    [forward, wide, out, !transposed],
    [backward, out, wide, transposed],
  ];
  const tensors = new Map<string, Int8Tensor>();
  for (const [name, rows, columns, flip] of wanted) {
    const { values, scales } = quantizeColumns(weight, rows, columns, flip);
    tensors.set(name, { dims: [rows, columns], data: values });
    tensors.set(scalesOf(name), { dims: [columns], data: scales });
  }
  return tensors;
}

const LIMIT = 127;

/** A matrix [rows, columns] as integers, the largest of each column 127. @param flip it is stored as [columns, rows] */
function quantizeColumns(data: Float32Array, rows: number, columns: number, flip: boolean): { values: Int8Array; scales: Float32Array } {
  const [rowStep, columnStep] = flip ? [1, rows] : [columns, 1];
  const values = new Int8Array(rows * columns);
  const scales = new Float32Array(columns);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) scales[c] = Math.max(scales[c]!, Math.abs(data[r * rowStep + c * columnStep]!));
  }
  const inverse = scales.map((largest) => (largest === 0 ? 0 : LIMIT / largest));
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) values[r * columns + c] = Math.round(data[r * rowStep + c * columnStep]! * inverse[c]!);
  }
  return { values, scales: scales.map((largest) => largest / LIMIT) };
}
