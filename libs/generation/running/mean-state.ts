// The mean of a model's states: what a text is embedded as.

import { DamagedWeightsError } from '../errors/damaged-weights.error.js';

/**
 * @param states [tokens, size]
 * @returns [size], summed in float64.
 * @throws DamagedWeightsError
 */
export function meanState(states: Float32Array, size: number): Float32Array {
  const sums = new Float64Array(size);
  for (const [i, value] of states.entries()) sums[i % size]! += value;
  const tokens = states.length / size;
  const mean = Float32Array.from(sums, (sum) => sum / tokens);
  if (!mean.every(Number.isFinite)) throw new DamagedWeightsError('a state is not finite');
  return mean;
}
