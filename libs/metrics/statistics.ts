// The few statistics that several metrics share.

/** Arithmetic mean; NaN for no values. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

/** Harmonic mean of values >= 0; 0 as soon as one of them is 0, NaN for no values. */
export function harmonicMean(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += 1 / value;
  return values.length / sum;
}
