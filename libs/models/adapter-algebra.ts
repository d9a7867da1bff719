// Sums of adapters: with each other (exactly, as one adapter of a higher rank) and with the weights they adapt.
import { type Adapter, adaptedWeights, adapterTensorName } from './adapter.js';
import { AdapterError } from './errors/adapter.error.js';
import type { TensorData } from './types.js';

/**
 * One adapter whose product is the sum of two: s1 B1 A1 + s2 B2 A2 = [s1 B1, s2 B2] [A1; A2].
 * Rank r1 + r2; the scalings are folded into B and alpha = r. A matrix that only one adapts gets zeros for the other.
 */
export function composeAdapters(first: Adapter, second: Adapter): Adapter {
  const r = first.r + second.r;
  const weights = [...new Set([...adaptedWeights(first), ...adaptedWeights(second)])].toSorted();
  const tensors = new Map<string, TensorData>();
  for (const weight of weights) {
    const [wide, tall] = dimsOf(first, weight) ?? dimsOf(second, weight)!;
    tensors.set(adapterTensorName(weight, 'A'), stackA([first, second], weight, r, wide));
    tensors.set(adapterTensorName(weight, 'B'), stackB([first, second], weight, r, tall));
  }
  const targetModules = [...new Set([...first.targetModules, ...second.targetModules])].toSorted();
  const baseModel = first.baseModel ?? second.baseModel;
  return { r, alpha: r, targetModules, dropout: 0, ...(baseModel ? { baseModel } : {}), tensors };
}

/** [in, out] of the matrix that the adapter changes. */
function dimsOf(adapter: Adapter, weight: string): [number, number] | undefined {
  const a = adapter.tensors.get(adapterTensorName(weight, 'A'));
  const b = adapter.tensors.get(adapterTensorName(weight, 'B'));
  return a && b ? [a.dims[1], b.dims[0]] : undefined;
}

function stackA(adapters: readonly Adapter[], weight: string, r: number, wide: number): TensorData {
  const data = new Float32Array(r * wide);
  let row = 0;
  for (const adapter of adapters) {
    const a = adapter.tensors.get(adapterTensorName(weight, 'A'));
    if (a) data.set(a.data, row * wide);
    row += adapter.r;
  }
  return { dims: [r, wide], data };
}

function stackB(adapters: readonly Adapter[], weight: string, r: number, tall: number): TensorData {
  const data = new Float32Array(tall * r);
  let column = 0;
  for (const adapter of adapters) {
    const b = adapter.tensors.get(adapterTensorName(weight, 'B'));
    if (b) placeColumns(data, r, column, b, adapter.alpha / adapter.r);
    column += adapter.r;
  }
  return { dims: [tall, r], data };
}

function placeColumns(data: Float32Array, width: number, column: number, from: TensorData, scale: number): void {
  const [rows, columns] = from.dims;
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < columns; i++) data[row * width + column + i] = scale * from.data[row * columns + i];
  }
}

/**
 * Adds an adapter's product to the weight it adapts, in place: W += (alpha / r) B A.
 * A weight that the adapter leaves alone is left alone. @param dims [out, in] of the weight.
 */
export function mergeAdapter(adapter: Adapter, weight: string, dims: readonly number[], data: Float32Array): void {
  const a = adapter.tensors.get(adapterTensorName(weight, 'A'));
  const b = adapter.tensors.get(adapterTensorName(weight, 'B'));
  if (!a || !b) return;
  const [out, wide] = dims;
  if (a.dims[1] !== wide || b.dims[0] !== out) {
    throw new AdapterError(`${weight} is [${out}, ${wide}], the adapter is for [${b.dims[0]}, ${a.dims[1]}]`);
  }
  const scale = adapter.alpha / adapter.r;
  for (let o = 0; o < out; o++) {
    const row = data.subarray(o * wide, (o + 1) * wide);
    for (let k = 0; k < adapter.r; k++) {
      const factor = scale * b.data[o * adapter.r + k];
      if (factor === 0) continue;
      const from = a.data.subarray(k * wide, (k + 1) * wide);
      for (let i = 0; i < wide; i++) row[i] += factor * from[i];
    }
  }
}
