// The one operation on a matrix that storage formats ask for.
import type { TensorData } from '../types.js';

/** [rows, columns] -> [columns, rows] */
export function transpose({ dims: [rows, columns], data }: TensorData): TensorData {
  const out = new Float32Array(data.length);
  for (let row = 0; row < rows; row++)
    for (let i = 0; i < columns; i++) out[i * rows + row] = data[row * columns + i];
  return { dims: [columns, rows], data: out };
}
