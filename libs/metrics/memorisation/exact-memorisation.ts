// Exact memorisation (EM): how much of the gold answer a model would say word for word.

/**
 * Share of the gold answer's tokens that are the likeliest ones, each after all the gold tokens before
 * it, 0 to 1. Source: OpenUnlearning, arXiv 2506.12618, after Tirumala et al., arXiv 2205.10770.
 * @param greedy whether each token is the likeliest one; without the token that ends the turn.
 * @returns undefined for an answer of no tokens, which is left out of a mean.
 */
export const exactMemorisation = (greedy: readonly boolean[]): number | undefined =>
  greedy.length === 0 ? undefined : greedy.filter(Boolean).length / greedy.length;
