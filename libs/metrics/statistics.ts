// The few statistics that several metrics share.

/** Arithmetic mean; NaN for no values. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

/** Middle value, of two the mean; NaN for no values. */
export function median(values: ArrayLike<number>): number {
  const rising = Float64Array.from(values).toSorted();
  const middle = rising.length >> 1;
  return mean(rising.subarray(rising.length % 2 === 0 ? middle - 1 : middle, middle + 1));
}

/** Harmonic mean of values >= 0; 0 as soon as one of them is 0, NaN for no values. */
export function harmonicMean(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += 1 / value;
  return values.length / sum;
}
