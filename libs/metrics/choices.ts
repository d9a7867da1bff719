// Multiple choice: which answer a model finds likeliest.

export interface Choice {
  readonly text: string;
  /** Sum of its tokens' log-probabilities after the question. */
  readonly logProb: number;
}

/** What a choice's log-probability is divided by, so that long choices stand a chance. */
export type Normalisation = 'none' | 'characters' | 'bytes';

const lengths: Readonly<Record<Normalisation, (text: string) => number>> = {
  none: () => 1,
  characters: (text) => Array.from(text).length,
  bytes: (text) => Buffer.byteLength(text),
};

/**
 * Index of the likeliest choice, the first of equals: right where it is the gold one. The share of
 * right ones is lm-eval's acc; by characters (code points) its acc_norm, by bytes its acc_bytes.
 * @throws RangeError for no choices, or one whose likelihood is NaN.
 */
export function likeliestChoice(
  choices: readonly Choice[],
  normalisation: Normalisation = 'none',
): number {
  const scores = choices.map(({ logProb, text }) => logProb / lengths[normalisation](text));
  const likeliest = scores.indexOf(Math.max(...scores));
  if (likeliest < 0)
    throw new RangeError('expected choices of known likelihood, found none or NaN');
  return likeliest;
}
