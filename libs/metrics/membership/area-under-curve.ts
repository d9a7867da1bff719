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
  areaOfRanks(rankGroups(lower, higher));

/** @throws RangeError for an empty group or a score that is not a number. */
export function rankGroups(lower: readonly number[], higher: readonly number[]): RankedGroups {
  if (lower.length === 0 || higher.length === 0)
    throw new RangeError('a group of scores to tell apart is empty');
  const all = [...lower, ...higher];
  if (all.some(Number.isNaN)) throw new RangeError('a score to tell groups apart by is NaN');
  const rising = [...new Set(all)].toSorted((a, b) => a - b);
  const placeOf = new Map(rising.map((score, place) => [score, place]));
  const ranked = (scores: readonly number[]) =>
    Uint32Array.from(scores, (score) => placeOf.get(score) ?? 0);
  return { lower: ranked(lower), higher: ranked(higher), places: rising.length };
}

/** areaUnderCurve in time linear in the scores: for many resamples of them. */
export function areaOfRanks({ lower, higher, places }: RankedGroups): number {
  const [below, above] = [countsOf(lower, places), countsOf(higher, places)];
  // Of all pairs: 2 where `higher` exceeds, 1 where the two are equal. A whole number.
  let [less, wins] = [0, 0];
  for (let place = 0; place < places; place++) {
    wins += above[place]! * (2 * less + below[place]!);
    less += below[place]!;
  }
  return wins / (2 * lower.length * higher.length);
}

function countsOf(ranks: Uint32Array, places: number): Float64Array {
  const counts = new Float64Array(places);
  for (const place of ranks) counts[place]! += 1;
  return counts;
}
