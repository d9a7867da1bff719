// The learning rate over a run: linear warm-up, then linear decay to zero.

/**
 * @param step from 0. The first step already moves, unlike Hugging Face's schedule, whose first
 * rate is 0.
 */
export function learningRateAt(
  step: number,
  totalSteps: number,
  warmupRatio: number,
  peak: number,
): number {
  const warmup = Math.ceil(totalSteps * warmupRatio);
  if (step < warmup) return (peak * (step + 1)) / warmup;
  return (peak * (totalSteps - step)) / Math.max(1, totalSteps - warmup);
}
