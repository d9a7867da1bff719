// Matrices of few bits: integers in blocks along the inner dimension, each with a scale, and perhaps
// an offset. Those of GGUF's Q8_0, Q4_0 and Q4_1 are such blocks.

import { BLOCK, blockBytes, type BlockLayout, blocksOf } from '#onnx/block-inputs.js';
import type { Rows } from '#onnx/graph.js';
import type { TensorData } from '../types.js';
import type { Weight } from './half-tensor.js';
import { matrixSizes, transpose } from './matrix.js';

/** Numbers are scale * (integer - 2^(bits - 1)) + offset. */
export interface BlockTensor extends BlockLayout {
  /** As the graph sees it. */
  readonly dims: readonly number[];
  /** Rows of blocks; of 4 bits two a byte, the first in the low half. */
  readonly data: Uint8Array;
  /** [rows, blocks] */
  readonly scales: Float32Array;
}

/** A tensor of a served model as it is kept in memory. */
export type ServedWeight = Weight | BlockTensor;
export const isBlocks = (weight: { readonly data: ArrayBufferView }): weight is BlockTensor =>
  weight.data instanceof Uint8Array;

/** Rows and columns as they are stored. */
export function storedSizes({
  dims,
  transposed,
}: Pick<BlockTensor, 'dims' | 'transposed'>): [rows: number, columns: number] {
  const [rows, columns] = matrixSizes(dims);
  return transposed ? [columns, rows] : [rows, columns];
}

/** @param transposed whether the tensor is [in, out]: blocks lie along `in`. */
export function quantizeBlocks(tensor: TensorData, { bits, transposed }: BlockLayout): BlockTensor {
  const { data: numbers } = transposed ? transpose(tensor) : tensor;
  const [rows, columns] = storedSizes({ dims: tensor.dims, transposed });
  const blocks = blocksOf(columns);
  const bytes = blockBytes(bits);
  const data = new Uint8Array(rows * blocks * bytes);
  const scales = new Float32Array(rows * blocks);
  const block = new Float32Array(BLOCK);
  const integers = new Uint8Array(BLOCK);
  const round = bits === 8 ? roundTo8 : roundTo4;
  const pack = bits === 8 ? set8 : set4;
  for (let row = 0, at = 0; row < rows; row++)
    for (let column = 0; column < columns; column += BLOCK, at++) {
      const start = row * columns + column;
      const isWhole = column + BLOCK <= columns;
      if (!isWhole) block.fill(0).set(numbers.subarray(start, (row + 1) * columns));
      scales[at] = isWhole ? round(numbers, start, integers) : round(block, 0, integers);
      pack(data, at * bytes, integers);
    }
  return { dims: tensor.dims, bits, transposed, data, scales };
}

/** Numbers of a matrix that are read at a time. */
const PIECE = 2 ** 20;

/**
 * As `quantizeBlocks`, of a matrix that is read some rows at a time.
 * @param dims [out, in]
 */
export async function quantizeRows(
  dims: readonly number[],
  bits: 4 | 8,
  read: (rows: Rows) => Promise<Float32Array>,
): Promise<BlockTensor> {
  const layout = { bits, transposed: false };
  const [rows, columns] = storedSizes({ dims, transposed: false });
  const blocks = blocksOf(columns);
  const bytes = blocks * blockBytes(bits);
  const [data, scales] = [new Uint8Array(rows * bytes), new Float32Array(rows * blocks)];
  const step = Math.max(1, Math.floor(PIECE / columns));
  for (let from = 0; from < rows; from += step) {
    const to = Math.min(rows, from + step);
    const numbers = await read({ from, to });
    const piece = quantizeBlocks({ dims: [to - from, columns], data: numbers }, layout);
    data.set(piece.data, from * bytes);
    scales.set(piece.scales, from * blocks);
  }
  return { dims, ...layout, data, scales };
}

/** The numbers of rows, in float32. */
export function widenedBlocks(tensor: BlockTensor): TensorData {
  const { dims, bits, transposed, data, scales, offsets } = tensor;
  const [rows, columns] = storedSizes(tensor);
  const blocks = blocksOf(columns);
  const out = new Float32Array(rows * columns);
  const zero = 2 ** (bits - 1);
  for (let row = 0, o = 0; row < rows; row++)
    for (let column = 0; column < columns; column++, o++) {
      const block = row * blocks + Math.floor(column / BLOCK);
      const i = block * BLOCK + (column % BLOCK);
      const integer = bits === 8 ? data[i]! : (data[i >> 1]! >> (4 * (i & 1))) & 15;
      const scaled = (integer - zero) * scales[block]!;
      out[o] = offsets ? scaled + offsets[block]! : scaled;
    }
  const stored = { dims: [rows, columns], data: out };
  return transposed ? transpose(stored) : { dims, data: out };
}

/** A view of rows along the first dimension, which are stored as rows. */
export function blockRows(tensor: BlockTensor, { from, to }: Rows): BlockTensor {
  const [, columns] = storedSizes(tensor);
  const blocks = blocksOf(columns);
  const bytes = blocks * blockBytes(tensor.bits);
  return {
    ...tensor,
    dims: [to - from, columns],
    data: tensor.data.subarray(from * bytes, to * bytes),
    scales: tensor.scales.subarray(from * blocks, to * blocks),
    offsets: tensor.offsets?.subarray(from * blocks, to * blocks),
  };
}

export function set8(data: Uint8Array, at: number, integers: Uint8Array): void {
  data.set(integers, at);
}

export function set4(data: Uint8Array, at: number, integers: Uint8Array): void {
  for (let i = 0; i < BLOCK; i += 2) data[at + i / 2] = integers[i]! | (integers[i + 1]! << 4);
}

function largestOf(numbers: Float32Array, start: number): number {
  let largest = 0;
  for (let i = start; i < start + BLOCK; i++)
    if (Math.abs(numbers[i]!) > Math.abs(largest)) largest = numbers[i]!;
  return largest;
}

/** @returns the scale: the largest number becomes 127. */
function roundTo8(numbers: Float32Array, start: number, integers: Uint8Array): number {
  let largest = 0;
  for (let i = start; i < start + BLOCK; i++) {
    const size = Math.abs(numbers[i]!);
    if (size > largest) largest = size;
  }
  const scale = Math.fround(largest / 127);
  if (scale === 0) integers.fill(128);
  else
    for (let i = 0; i < BLOCK; i++)
      integers[i] = 128 + (Math.round(numbers[start + i]! / scale) | 0);
  return scale;
}

/** Shares of the span -8 .. 7 that the largest number is tried at. */
const REACHES = [-8, -7.75, -7.5, -7.25, -7, -6.75, -6.5, -6.25, -6, 6.5, 7];

/** @returns of some scales that with the least squares of the errors, each fitted to its integers. */
function roundTo4(numbers: Float32Array, start: number, integers: Uint8Array): number {
  const largest = largestOf(numbers, start);
  let [best, scale] = [Number.NEGATIVE_INFINITY, 0];
  for (const reach of REACHES) {
    if (largest === 0) break;
    const inverse = reach / largest;
    let [along, square] = [0, 0];
    for (let i = 0; i < BLOCK; i++) {
      const q = nearest4(numbers[start + i]! * inverse);
      along += q * numbers[start + i]!;
      square += q * q;
    }
    // Of scale q to x the squares are least at along / square, and less than of x by this much.
    const gain = (along * along) / square;
    if (gain > best) [best, scale] = [gain, Math.fround(along / square)];
  }
  for (let i = 0; i < BLOCK; i++)
    integers[i] = 8 + (scale && nearest4(numbers[start + i]! / scale));
  return scale;
}

const nearest4 = (x: number): number => Math.max(-8, Math.min(7, Math.round(x)));
