// What an evaluation asks of a model, and what it makes of the answers.

import type { CellRow, Figure } from '#contracts/cells.js';
import type { NumberedExample } from '#contracts/dataset/dataset.js';
import type { Judge } from '#metrics/judge.js';
import type { InferenceClient } from '#platform/grpc/inference-client.js';
import type { Asking } from '../asking.js';
import type { Around } from '../audit/probe.js';
import type { ScoredAnswer, SetName } from '../metrics/metric.js';
import type { Measured } from '../reading/reading-protocol.js';

/** How a stretch of a set is asked. */
export interface Exam extends Asking {
  readonly set: SetName;
  readonly judge: Judge;
  /** An answer's figures in a report. */
  measure(answer: ScoredAnswer): Promise<Measured>;
  /** For a probe. */
  around(): Promise<Around>;
}

export interface Task<R extends CellRow = CellRow> {
  /** Those that are asked, in the order of the rows. */
  readonly sets: readonly SetName[];
  /** @param from index of the first example in its data set. */
  ask(
    inference: InferenceClient,
    exam: Exam,
    examples: readonly NumberedExample[],
    from: number,
  ): Promise<R[]>;
  figures(rows: AsyncIterable<R>): Promise<Figure[]>;
}
