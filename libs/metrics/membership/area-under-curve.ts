// How well a score tells two groups apart.

/** Scores of two groups, as places in the order of all of them: equal scores share one. */
export interface RankedGroups {
  readonly lower: Uint32Array;
  readonly higher: Uint32Array;
  readonly places: number;
}

/**
 * Area under the ROC curve: the probability that a score of `higher` exceeds one of `lower`, where a
 * tie counts one half; by ranks, as scikit-learn's roc_auc_score decides it. For a membership score,
 * `lower` are the members (the forget set), `higher` the others (the holdout): 1 is plain membership,
 * 0.5 none that shows.
 * @throws RangeError for an empty group or a score that is not a number.
 */
export const areaUnderCurve = (lower: readonly number[], higher: readonly number[]): number =>
  areaOfDraws(rankGroups(lower, higher))([all(lower), all(higher)]);

/** Each place once. */
export const all = (group: ArrayLike<unknown>): Uint32Array =>
  Uint32Array.from({ length: group.length }, (_, i) => i);

/** @throws RangeError for an empty group or a score that is not a number. */
export function rankGroups(lower: readonly number[], higher: readonly number[]): RankedGroups {
  if (lower.length === 0 || higher.length === 0)
    throw new RangeError('a group of scores to tell apart is empty');
  const scores = [...lower, ...higher];
  if (scores.some(Number.isNaN)) throw new RangeError('a score to tell groups apart by is NaN');
  const rising = [...new Set(scores)].toSorted((a, b) => a - b);
  const placeOf = new Map(rising.map((score, place) => [score, place]));
  const ranked = (group: readonly number[]) =>
    Uint32Array.from(group, (score) => placeOf.get(score) ?? 0);
  return { lower: ranked(lower), higher: ranked(higher), places: rising.length };
}

/** @returns what areaUnderCurve is of scores drawn of each group by their places in it, fast. */
export function areaOfDraws({
  lower,
  higher,
  places,
}: RankedGroups): (drawn: readonly Uint32Array[]) => number {
  const [below, above] = [new Float64Array(places), new Float64Array(places)];
  return ([ofLower = NONE, ofHigher = NONE]) => {
    count(below, lower, ofLower);
    count(above, higher, ofHigher);
    return area(below, above) / (ofLower.length * ofHigher.length);
  };
}

const NONE = new Uint32Array();

/** How many of the drawn scores there are in each place. */
function count(counts: Float64Array, ranks: Uint32Array, drawn: Uint32Array): void {
  counts.fill(0);
  for (let i = 0; i < drawn.length; i++) counts[ranks[drawn[i]!]!]! += 1;
}

/** Pairs in which the one above exceeds, and half of those in which the two are equal. */
function area(below: Float64Array, above: Float64Array): number {
  let [less, twice] = [0, 0];
  for (let place = 0; place < below.length; place++) {
    twice += above[place]! * (2 * less + below[place]!);
    less += below[place]!;
  }
  return twice / 2;
}
