// A metric of open-unlearning's log, as it is made from the rows of a task.

import type { CellRow } from '#contracts/cells.js';
import type { TaskName } from '#contracts/tasks.js';

export interface Metric {
  readonly name: string;
  readonly task: TaskName;
  /** @returns undefined for a row that is not of the metric. */
  entry(row: CellRow): Entry | undefined;
}

export interface Entry {
  readonly scores: object;
  /** What the metric is the mean of. */
  readonly score: number;
}

/** @param score absent where the question does not lend itself to it. */
export const scored = (score: number | undefined, scores?: object): Entry | undefined =>
  score === undefined ? undefined : { scores: scores ?? { score }, score };
