// SURE (arXiv 2410.16454): only the rows ("neurons") with the largest forget gradients change.

import { item } from '#collections/items.js';
import { required } from '#collections/required.js';
import { zip } from '#collections/zip.js';
import { matrixSizes } from '#models/tensors/matrix.js';
import type { TensorData } from '#models/types.js';
import { type GradientMask, norm } from './gradient-mask.js';

export const sure: GradientMask<'sure'> = {
  apply({ step, forget }, { percentile }) {
    const norms = new Map([...forget].map(([name, tensor]) => [name, rowsOf(tensor).map(norm)]));
    const threshold = percentileOf(
      Float64Array.from([...norms.values()].flat()).toSorted(),
      percentile,
    );
    for (const [name, tensor] of step)
      for (const [row, size] of zip(rowsOf(tensor), required(norms, name)))
        if (size < threshold) row.fill(0);
  },
};

/**
 * The value below which `percentile` percent of the sorted ones lie, interpolated linearly as numpy
 * does.
 */
function percentileOf(sorted: Float64Array, percentile: number): number {
  const at = (percentile / 100) * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  const [low, high] = [item(sorted, below), item(sorted, above)];
  return low + (at - below) * (high - low);
}

/** Rows of a tensor, along its first dimension; a vector's rows are its elements. */
const rowsOf = ({ dims, data }: TensorData): Float32Array[] => {
  const [rows, size] = matrixSizes(dims);
  return Array.from({ length: rows }, (_, i) => data.subarray(i * size, (i + 1) * size));
};
