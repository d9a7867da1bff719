// A tensor as rows along its first dimension, and the one operation on matrices that storage
// formats ask for.

import type { TensorData } from '../types.js';

/**
 * Rows, and the numbers of each: a vector's rows are of one number.
 * @throws RangeError for a scalar.
 */
export function matrixSizes([rows, ...inner]: readonly number[]): [rows: number, columns: number] {
  if (rows === undefined) throw new RangeError('expected a tensor with rows, found a scalar');
  return [rows, inner.reduce((product, size) => product * size, 1)];
}

/** [rows, columns] -> [columns, rows] */
export function transpose({ dims, data }: TensorData): TensorData {
  const [rows, columns] = matrixSizes(dims);
  return { dims: [columns, rows], data: transposeNumbers(data, rows, columns) };
}

/** The same of numbers whose sizes are known, as floats or as their bits. */
export function transposeNumbers<T extends Float32Array | Uint16Array | Uint8Array>(
  data: T,
  rows: number,
  columns: number,
): T {
  const out = data.slice() as T;
  for (let row = 0; row < rows; row++)
    for (let i = 0; i < columns; i++) out[i * rows + row] = data[row * columns + i]!;
  return out;
}
