// What llama.cpp's converter does to matrices of some families, undone.

import { matrixSizes, transposeNumbers } from '../../tensors/matrix.js';
import type { Numbers, Undo } from './family.js';

/** `order(i)` is the row of the file that becomes row i; biases are rows of one number. */
function reorder<T extends Numbers>(
  data: T,
  dims: readonly number[],
  order: (row: number) => number,
): T {
  const [rows, columns] = matrixSizes(dims);
  const out = data.slice() as T;
  for (let row = 0; row < rows; row++) {
    const source = order(row) * columns;
    out.set(data.subarray(source, source + columns), row * columns);
  }
  return out;
}

/**
 * Rows of queries and keys: the file has a head's in pairs (0, D/2), (1, D/2 + 1), ... for ggml's
 * first kind of rotary embedding; Hugging Face keeps the halves together.
 */
export const unpairRows: Undo = {
  data: (data, dims, { headDim }) => {
    const half = headDim / 2;
    return reorder(data, dims, (row) => {
      const [head, within] = [Math.floor(row / headDim), row % headDim];
      return head * headDim + (within % half) * 2 + (within < half ? 0 : 1);
    });
  },
};

/**
 * Fused queries, keys and values: all queries first in the file, head by head (q, k and v of each)
 * in Hugging Face's.
 */
export const byHead: Undo = {
  data: (data, dims, { headDim, numAttentionHeads }) =>
    reorder(data, dims, (row) => {
      const [head, part, within] = [
        Math.floor(row / (3 * headDim)),
        Math.floor(row / headDim) % 3,
        row % headDim,
      ];
      return (part * numAttentionHeads + head) * headDim + within;
    }),
};

/** A third of a fused tensor's rows: queries (0), keys (1) or values (2) of as many heads each. */
export const third = (part: 0 | 1 | 2): Undo => ({
  dims: (dims) => [matrixSizes(dims)[0] / 3, ...dims.slice(1)],
  data: <T extends Numbers>(data: T) =>
    data.slice((part * data.length) / 3, ((part + 1) * data.length) / 3) as T,
});

/** GPT-2's matrices, [in, out] in Hugging Face's files; their biases are as they were. */
export const transposed: Undo = {
  turns: true,
  dims: (dims) => dims.toReversed(),
  data: <T extends Numbers>(data: T, dims: readonly number[]) =>
    dims.length < 2 ? data : transposeNumbers(data, ...matrixSizes(dims)),
};

/** Gemma's norms multiply by 1 + weight; the file has the sum. */
export const minusOne: Undo = {
  data: <T extends Numbers>(data: T) => data.map((value) => value - 1) as T,
};
