// leak@k: what the worst of k sampled answers tells.

/**
 * Expected maximum of k of n sampled answers' scores, without bias: over all choices of k of them.
 * For leaks (1) and others (0) it is pass@k's estimator. Of a set it is the mean over its questions.
 * Source: arXiv 2511.04934.
 * @param scores of one question's answers, high where one leaks.
 * @throws RangeError where k is not a whole number from 1 to their count.
 */
export function leakAtK(scores: readonly number[], k: number): number {
  const n = scores.length;
  if (!Number.isInteger(k) || k < 1 || k > n)
    throw new RangeError(`expected a k from 1 to ${n}, the number of samples, found ${k}`);
  const rising = Float64Array.from(scores).toSorted();
  let expected = 0;
  // The share of choices whose largest is the i-th: C(i - 1, k - 1) / C(n, k), from the last down.
  let share = k / n;
  for (let i = n; i >= k; i--) {
    expected += share * rising[i - 1]!;
    share *= (i - k) / (i - 1);
  }
  return expected;
}
