// Matrices as they are after they were kept in few bits and read again.

import type { Rounding } from '#contracts/rounding.js';
import { matrixSizes, transpose } from '../tensors/matrix.js';
import type { TensorData } from '../types.js';
import { roundToInt8 } from './int8.js';
import { roundToNf4 } from './nf4.js';

const round: Readonly<Record<Rounding, (data: Float32Array, columns: number) => void>> = {
  int8: roundToInt8,
  nf4: roundToNf4,
};

/**
 * @param matrix a linear layer's weights, [out, in]; may be used up.
 * @param isTransposed whether it is stored [in, out], as GPT-2's are.
 */
export function rounded(matrix: TensorData, rounding: Rounding, isTransposed = false): TensorData {
  const upright = isTransposed ? transpose(matrix) : matrix;
  const [, columns] = matrixSizes(upright.dims);
  round[rounding](upright.data, columns);
  return isTransposed ? transpose(upright) : upright;
}
