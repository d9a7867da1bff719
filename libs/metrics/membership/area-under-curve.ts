// How well a score tells two groups apart.

/**
 * Area under the ROC curve: the probability that a score of `higher` exceeds one of `lower`, where a
 * tie counts one half; by ranks, as scikit-learn's roc_auc_score decides it. For a membership score,
 * `lower` are the members (the forget set), `higher` the others (the holdout): 1 is plain membership,
 * 0.5 none that shows.
 * @throws RangeError for an empty group or a score that is not a number.
 */
export function areaUnderCurve(lower: readonly number[], higher: readonly number[]): number {
  if (lower.length === 0 || higher.length === 0)
    throw new RangeError('a group of scores to tell apart is empty');
  if ([...lower, ...higher].some(Number.isNaN))
    throw new RangeError('a score to tell groups apart by is NaN');
  const below = Float64Array.from(lower).toSorted();
  const above = Float64Array.from(higher).toSorted();
  return halfWins(below, above) / (2 * below.length * above.length);
}

/** Of all pairs: 2 where `above` exceeds, 1 where the two are equal. A whole number. Both sorted. */
function halfWins(below: Float64Array, above: Float64Array): number {
  let [less, notMore, wins] = [0, 0, 0];
  for (const score of above) {
    while (less < below.length && below[less]! < score) less += 1;
    while (notMore < below.length && below[notMore]! <= score) notMore += 1;
    wins += less + notMore;
  }
  return wins;
}
