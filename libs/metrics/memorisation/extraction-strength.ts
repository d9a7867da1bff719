// Extraction strength (ES): how little of the gold answer has to be given until the model says the
// rest of it by itself.

export interface ExtractionOptions {
  /**
   * As open-unlearning's code has it: at least 1/T, even where the last token is not the likeliest, and
   * 0 for an answer of no tokens.
   */
  readonly oneOverT?: boolean;
}

/**
 * 1 - k/T over T tokens, k the fewest that have to be given so that each later one is the likeliest
 * after those before it; 0 to 1. Source: Carlini et al., arXiv 2012.07805, as in OpenUnlearning, arXiv
 * 2506.12618.
 * @param greedy whether each token is the likeliest one; without the token that ends the turn.
 * @returns undefined for an answer of no tokens, unless `oneOverT` is set.
 */
export function extractionStrength(
  greedy: readonly boolean[],
  { oneOverT = false }: ExtractionOptions = {},
): number | undefined {
  const tokens = greedy.length;
  if (tokens === 0) return oneOverT ? 0 : undefined;
  const given = greedy.lastIndexOf(false) + 1;
  return 1 - Math.min(given, oneOverT ? tokens - 1 : tokens) / tokens;
}
