// What an evaluation asks of a model, and what it makes of the answers.

import type { CellRow, Figure } from '#contracts/cells.js';
import type { NumberedExample } from '#contracts/dataset/dataset.js';
import type { Example } from '#contracts/examples.js';
import type { Answer, Verdict } from '#contracts/layers.js';
import type { InferenceClient } from '#platform/grpc/inference-client.js';
import type { Asking } from '../asking.js';
import type { Around } from '../audit/probe.js';
import type { Judging } from '../judge-answers.js';
import type { AnswerFigures, AskedSet, ScoredAnswer } from '../metrics/metric.js';

/** How a stretch of a set is asked. */
export interface Exam<S extends AskedSet = AskedSet> extends Asking {
  readonly set: S;
  /** An answer's figures in a report, but for those that a judge gives. */
  measure(answer: ScoredAnswer): Promise<AnswerFigures>;
  /** For a probe. */
  around(): Promise<Around>;
  /** All rows of the file in the retain set's place. */
  beside(): Promise<readonly Example[]>;
}

export interface Task<A extends Answer = Answer, R extends CellRow = CellRow> {
  /** Those that are asked, in the order of the rows. */
  readonly sets: readonly AskedSet[];
  /** @param from index of the first example in its data set. */
  ask(
    inference: InferenceClient,
    exam: Exam,
    examples: readonly NumberedExample[],
    from: number,
  ): Promise<A[]>;
  /** One verdict an answer, in their order; absent where there is nothing to judge. */
  judge?(judging: Judging, answers: readonly A[]): Promise<Verdict[]>;
  figures(rows: AsyncIterable<R>): Promise<Figure[]>;
}
