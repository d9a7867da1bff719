// What a file in another tool's format is made from: the cells of one model.

import type { CellRow } from '#contracts/cells.js';
import type { PlacedCell } from '../run-cells.js';
import type { ToldRun } from '../run-words.js';

export interface Exported {
  readonly run: ToldRun;
  /** As the run's request names it. */
  readonly model: string;
  /** In the order of the run's tasks; those that were planned. */
  readonly cells: readonly PlacedCell[];
  /** None of a cell that has not succeeded. */
  rows(placed: PlacedCell): AsyncIterable<CellRow>;
}
