// The layers of a row: what a model was found to say, and what a judge makes of that.

import type { ReportRow } from './artifacts.js';
import type { ProbeRow } from './audit.js';
import type { BenchmarkRow, CellRow } from './cells.js';

/** What a judge says of an answer; of an attack's, whether it leaks. Nothing of a measurement. */
export type ReportVerdict = Pick<
  ReportRow,
  | 'coverage'
  | 'answerSimilarity'
  | 'contradiction'
  | 'identified'
  | 'goldEntities'
  | 'answerEntities'
  | 'verdict'
  | 'unjudged'
  | 'ratings'
>;
export type ProbeVerdict = Pick<ProbeRow, 'leak'>;
export type Verdict = ReportVerdict | ProbeVerdict;

/** What a judge has to know of an answer beside what clients see of it. */
interface ToJudge {
  /** All that was said before the answer, where that is not the question alone. */
  readonly said?: string;
  /** Whether the model had more to say when it was stopped. */
  readonly cut?: boolean;
}
export type ReportAnswer = Omit<ReportRow, keyof ReportVerdict> & ToJudge;
export type ProbeAnswer = Omit<ProbeRow, keyof ProbeVerdict> & ToJudge;
export type Answer = ReportAnswer | ProbeAnswer | (BenchmarkRow & ToJudge);

/** As clients see it. @param verdict none where no judge was asked. */
export const rowOf = <R extends CellRow = CellRow>(
  { said: _said, cut: _cut, ...answer }: Answer,
  verdict: Verdict = {},
): R => ({ ...answer, ...verdict }) as R;
