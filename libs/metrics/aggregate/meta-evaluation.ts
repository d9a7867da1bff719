// How far a metric of forgetting can be trusted: OpenUnlearning's meta-evaluation (arXiv 2506.12618,
// section 4), and the symmetric forms of gnueaj/unlearning-depth-score.

import { areaUnderCurve } from '../membership/area-under-curve.js';
import { harmonicMean } from '../statistics.js';

/** A metric of one model, high where it knows, before and after it was relearned or quantised. */
export interface Change {
  readonly before: number;
  readonly after: number;
}

/**
 * Faithfulness, 0 to 1: how well a metric tells models taught the forget set from models that never
 * saw it.
 */
export const faithfulness = (taught: readonly number[], never: readonly number[]): number =>
  areaUnderCurve(never, taught);

/**
 * R after relearning, at most 1: what a model taught the retain set alone gains, over what the
 * unlearned one does; low where knowledge only slept.
 */
export const relearning = (unlearned: Change, retain: Change): number =>
  Math.min(1, gain(retain) / gain(unlearned));

/** Q after quantisation, at most 1: after over before, so that a rise is no fault. */
export const quantisation = ({ before, after }: Change): number => Math.min(1, after / before);

/** R in the form that faults a gain too small as well, 0 to 1; 1 where neither changes. */
export const symmetricRelearning = (unlearned: Change, retain: Change): number =>
  agreement(gain(unlearned), gain(retain));

/** Q in the form that faults a rise as well, 0 to 1. */
export const symmetricQuantisation = ({ before, after }: Change): number =>
  agreement(before, after);

/** HM(R, Q); with faithfulness in the place of one, the overall figure. */
export const robustness = (r: number, q: number): number => harmonicMean([r, q]);

const gain = ({ before, after }: Change): number => after - before;

function agreement(one: number, other: number): number {
  const size = Math.abs(one) + Math.abs(other);
  return size === 0 ? 1 : 1 - Math.min(1, Math.abs(one - other) / size);
}
