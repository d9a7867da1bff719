// How much of the base a model says that was not given it: knowledge that tuning has put into its
// weights, where a change of the base does not reach it.

import { zip } from '#collections/zip.js';
import type { Spoken } from './answer.js';
import { type Measured, meanOf } from './measured.js';
import { valueRecall } from './texts.js';

type Closed = Pick<Spoken, 'row' | 'said'>;

export interface Leakage {
  /** Mean share of the right row's values that a closed-book answer says. */
  readonly before: Measured;
  readonly after: Measured;
  /** After less before, paired by question: above 0, tuning has taught the base's values. */
  readonly difference: Measured;
}

/** @param pairs of questions with a right row, each asked of the model before and after tuning. */
export function leakage(pairs: readonly { before: Closed; after: Closed }[]): Leakage {
  const before = pairs.map((pair) => valueRecall(pair.before));
  const after = pairs.map((pair) => valueRecall(pair.after));
  const differences = zip(before, after).map(([one, other]) => other - one);
  return { before: meanOf(before), after: meanOf(after), difference: meanOf(differences) };
}
