// Weights that stay in 16 bits until a graph uses them: half the memory, and not a bit of
// difference.

import { zip } from '#collections/zip.js';
import type { Rows } from '#onnx/graph.js';
import type { TensorData } from '../types.js';
import { bfloatsToFloats, floatToHalf, halfTable, halvesToFloats } from './float16.js';
import { matrixSizes } from './matrix.js';

/** Row-major IEEE halves; the numbers are those times `scale`, a power of two. */
export interface HalfTensor {
  readonly dims: readonly number[];
  readonly data: Uint16Array;
  readonly scale: number;
}

export type Weight = TensorData | HalfTensor;
export const isHalf = (weight: { readonly data: ArrayBufferView }): weight is HalfTensor =>
  weight.data instanceof Uint16Array;

/** A view of rows along the first dimension. */
export function rowsOf<
  T extends {
    readonly dims: readonly number[];
    readonly data: { readonly length: number; subarray(start: number, end: number): unknown };
  },
>(tensor: T, { from, to }: Rows): T {
  const [, size] = matrixSizes(tensor.dims);
  return {
    ...tensor,
    dims: [to - from, ...tensor.dims.slice(1)],
    data: tensor.data.subarray(from * size, to * size),
  };
}

export const widened = ({ dims, data, scale }: HalfTensor): TensorData => ({
  dims,
  data: halvesToFloats(data, scale),
});

/** Exponent of the largest finite half, and of the largest bfloat16. */
const MAX_HALF = 15;
const BFLOAT_BIAS = 127;

/**
 * onnxruntime's inputs know halves, and no bfloat16. A bfloat16 has fewer bits than a half and a
 * wider range: moved by a power of two, 2^-32 to 1 times the tensor's largest number fit a half
 * exactly, and smaller ones if their last bits are zero.
 * @param bits replaced in place. @returns nothing, and bits as they were, where some number does
 * not fit.
 */
export function bfloatsAsHalves(
  dims: readonly number[],
  bits: Uint16Array,
): HalfTensor | undefined {
  const isUsed = new Uint8Array(0x10000);
  for (let i = 0; i < bits.length; i++) isUsed[bits[i]!] = 1;
  const used = [...isUsed.keys()].filter((bfloat) => isUsed[bfloat] === 1);
  const largest = Math.max(...used.map((bfloat) => (bfloat >>> 7) & 0xff));
  const scale = 2 ** (largest - BFLOAT_BIAS - MAX_HALF);
  const halves = new Uint16Array(0x10000);
  for (const [bfloat, float] of zip(used, bfloatsToFloats(Uint16Array.from(used)))) {
    const moved = float / scale;
    const half = floatToHalf(moved);
    if (halfTable()[half] !== moved) return undefined;
    halves[bfloat] = half;
  }
  for (let i = 0; i < bits.length; i++) bits[i] = halves[bits[i]!]!;
  return { dims, data: bits, scale };
}
