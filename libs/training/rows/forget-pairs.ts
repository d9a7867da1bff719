// The rows of the forget set, each beside the answer that is preferred to its own where the
// objective compares the two.
import { type ObjectiveName, objectives } from '#contracts/objectives/index.js';
import type { EncodedRow } from '#models/text/encode-row.js';
import type { TrainRow } from '#models/types.js';
import { Random } from '#runtime/random.js';
import { TrainingError } from '../errors/training.error.js';
import type { ForgetRow } from '../training-options.js';
import { unknowingAnswers } from './unknowing-answers.js';

type Row = TrainRow | EncodedRow;

export interface ForgetPairs {
  readonly forget: readonly Row[];
  /** One for each of `forget`, or none at all. */
  readonly alternate: readonly Row[];
}

/**
 * A row with several alternates stands in as many pairs.
 * @throws TrainingError for a row without any, where the objective needs one.
 */
export function forgetPairs(
  rows: readonly ForgetRow[],
  objective: ObjectiveName,
  seed: number,
): ForgetPairs {
  const from = objectives[objective].alternate;
  if (!from) return { forget: rows, alternate: [] };
  const pairs = rows.flatMap((row, i) => {
    const alternates = alternatesOf(row, i, from === 'unknowing', seed);
    if (alternates.length === 0)
      throw new TrainingError(
        `forget row ${i + 1} has no alternate answer, which ${objective} needs: give it an "alternate"`,
      );
    return alternates.map((alternate) => ({ row, alternate }));
  });
  return {
    forget: pairs.map(({ row }) => row),
    alternate: pairs.map(({ alternate }) => alternate),
  };
}

/**
 * @param unknowing the answer is drawn from a list, for each row the same throughout a run; encoded
 * rows bring theirs.
 */
function alternatesOf(row: ForgetRow, index: number, unknowing: boolean, seed: number): Row[] {
  if ('ids' in row) return [...(row.alternates ?? [])];
  const { question, alternates = [] } = row;
  const drawn = () =>
    unknowingAnswers[new Random(seed, 'unknowing', index).below(unknowingAnswers.length)]!;
  return (unknowing ? [drawn()] : alternates).map((answer) => ({ question, answer }));
}
