// The target rows, each beside the answer that is preferred to its own where the
// objective compares the two.

import { item } from '#collections/items.js';
import { type ObjectiveName, objectives } from '#contracts/objectives/index.js';
import type { EncodedRow } from '#models/text/encode-row.js';
import type { TrainRow } from '#models/types.js';
import { Random } from '#runtime/random.js';
import { TrainingError } from '../errors/training.error.js';
import type { TargetRow } from '../training-options.js';
import { placeOf } from './row-place.js';
import { unknowingAnswers } from './unknowing-answers.js';

type Row = TrainRow | EncodedRow;

export interface TargetPairs {
  readonly target: readonly Row[];
  /** One for each of `target`, or none at all. */
  readonly alternate: readonly Row[];
}

/**
 * A row with several alternates stands in as many pairs.
 * @throws TrainingError for a row without any, where the objective needs one.
 */
export function targetPairs(
  rows: readonly TargetRow[],
  objective: ObjectiveName,
  seed: number,
): TargetPairs {
  const from = objectives[objective].alternate;
  if (!from) return { target: rows, alternate: [] };
  const pairs = rows.flatMap((row, i) => {
    const alternates = alternatesOf(row, i, from === 'unknowing', seed);
    if (alternates.length === 0)
      throw new TrainingError(
        `${placeOf(row, 'target', i)} has no alternate answer, which ${objective} needs: give it an "alternate"`,
      );
    return alternates.map((alternate) => ({ row, alternate }));
  });
  return {
    target: pairs.map(({ row }) => row),
    alternate: pairs.map(({ alternate }) => alternate),
  };
}

/**
 * @param unknowing the answer is drawn from a list, for each row the same throughout a run; encoded
 * rows bring theirs.
 */
function alternatesOf(row: TargetRow, index: number, unknowing: boolean, seed: number): Row[] {
  if ('ids' in row) return [...(row.alternates ?? [])];
  const { alternates = [], ...given } = row;
  const drawn = () =>
    item(unknowingAnswers, new Random(seed, 'unknowing', index).below(unknowingAnswers.length));
  return (unknowing ? [drawn()] : alternates).map((answer) => ({ ...given, answer }));
}
