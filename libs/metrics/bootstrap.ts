// How sure a figure of a set of questions is: by what it is of others like it.

import { first, item } from '#collections/items.js';
import type { Interval } from './intervals.js';

const RESAMPLES = 2000;
/** For large sets, where the figure hardly varies. */
const FEWEST_RESAMPLES = 200;
/** Of questions, in all resamples together: well under a second. */
const MOST_DRAWS = 20_000_000;

/**
 * The bootstrap's percentile interval, at 95 %, over questions (Efron 1979), of a figure made of means
 * over them. Each question is drawn with all its values, so columns of two models make a paired
 * difference. 2,000 resamples, fewer beyond 10,000 questions, but never below 200. The same values
 * give the same interval.
 * @param columns values of one kind, one a question, in the same order in each; NaN where the question
 * has none, which its column's mean then leaves out.
 * @param figure of the columns' means; a mean of none is NaN.
 * @throws RangeError for no questions.
 */
export function bootstrap(
  columns: readonly ArrayLike<number>[],
  figure: (means: readonly number[]) => number,
): Interval {
  const values = columns.map((column) => Float64Array.from(column));
  const intervals = bootstrapGroups([item(values, 0).length], (drawn) => [
    figure(values.map((column) => meanOf(column, first(drawn)))),
  ]);
  return first(intervals);
}

/**
 * The same of figures that compare groups of questions, each of which is drawn from by itself.
 * @param sizes questions of each group.
 * @param figures of the questions drawn of each, by their places in it, which they must not keep.
 * @throws RangeError for a group of no questions.
 */
export function bootstrapGroups(
  sizes: readonly number[],
  figures: (drawn: readonly Uint32Array[]) => readonly number[],
): Interval[] {
  if (sizes.includes(0)) throw new RangeError('a figure of no questions has no interval');
  const questions = sizes.reduce((sum, size) => sum + size, 0);
  const resamples = Math.max(
    FEWEST_RESAMPLES,
    Math.min(RESAMPLES, Math.floor(MOST_DRAWS / questions)),
  );
  const random = generator();
  const drawn = sizes.map((size) => new Uint32Array(size));
  const results = Array.from({ length: resamples }, () => {
    for (const group of drawn)
      for (let i = 0; i < group.length; i++) group[i] = random() * group.length;
    return figures(drawn);
  });
  return first(results).map((_, figure) =>
    middleOf(Float64Array.from(results, (result) => item(result, figure))),
  );
}

/** Of 95 %. */
function middleOf(values: Float64Array): Interval {
  const rising = values.toSorted();
  return [
    item(rising, Math.floor(0.025 * rising.length)),
    item(rising, Math.ceil(0.975 * rising.length) - 1),
  ];
}

function meanOf(column: Float64Array, drawn: Uint32Array): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < drawn.length; i++) {
    const value = column[drawn[i]!]!;
    if (Number.isNaN(value)) continue;
    sum += value;
    count += 1;
  }
  return sum / count;
}

/** Numbers from 0 up to 1, the same every time: mulberry32. */
function generator(): () => number {
  let state = 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
