// What a softmax is like, in plain float64 loops: what the graphs are checked against.

export interface ReferenceDistribution {
  readonly normaliser: number;
  readonly logProbs: readonly number[];
  /** The likeliest, the first of equals. */
  readonly best: number;
  readonly mean: number;
  readonly variance: number;
}

/** @param logits of one place, [vocabulary] */
export function referenceDistribution(logits: readonly number[]): ReferenceDistribution {
  const top = Math.max(...logits);
  const normaliser = top + Math.log(logits.reduce((sum, z) => sum + Math.exp(z - top), 0));
  const logProbs = logits.map((z) => z - normaliser);
  const expected = (f: (logProb: number) => number): number =>
    logProbs.reduce((sum, x) => sum + Math.exp(x) * f(x), 0);
  const mean = expected((x) => x);
  return {
    normaliser,
    logProbs,
    best: logits.indexOf(top),
    mean,
    variance: expected((x) => x ** 2) - mean ** 2,
  };
}
