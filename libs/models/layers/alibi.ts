// Attention with linear biases (Press et al. 2021, arXiv 2108.12409).

/** Ratio of the slopes of `heads` heads, a power of two. */
const ratio = (heads: number): number => 2 ** (-8 / heads);

/**
 * Slope of every head: a geometric sequence; where heads are no power of two, every other term of
 * the next one fills up.
 */
export function alibiSlopes(heads: number): Float32Array {
  const closest = 2 ** Math.floor(Math.log2(heads));
  return Float32Array.from({ length: heads }, (_, head) =>
    head < closest
      ? ratio(closest) ** (head + 1)
      : ratio(2 * closest) ** (2 * (head - closest) + 1),
  );
}
