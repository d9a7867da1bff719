// What a figure of a report is made from. Its name and type are libs/contracts'.

import type { ReportRow, Summary } from '#contracts/artifacts.js';
import type { ReportVerdict } from '#contracts/layers.js';
import type { RatedAnswer } from '#metrics/judge-answer.js';

export type SetName = ReportRow['set'];
export type AskedSet = SetName | 'holdout';

/** A row before anything is measured. */
export type BareRow = Pick<
  ReportRow,
  'set' | 'index' | 'question' | 'messages' | 'images' | 'gold' | 'answer'
>;
/** Every figure of a row or a summary, those included that earlier reports do not have. */
type Complete<T> = { readonly [F in keyof T]-?: Exclude<T[F], undefined> };
export type RowFigures = Complete<Omit<ReportRow, keyof BareRow>>;
/** Those that a judge gives, and those of an answer by itself. */
export type VerdictFigures = Pick<RowFigures, keyof ReportVerdict>;
export type AnswerFigures = Omit<RowFigures, keyof ReportVerdict>;
/** Where no row shows a picture, nothing is said of them. */
type Shown = 'imagesForget' | 'imagesRetain';
export type SummaryFigures = Complete<Omit<Summary, Shown>> & Pick<Summary, Shown>;

export interface Likelihood {
  /** Sum of a completion's log-probabilities. */
  readonly sum: number;
  readonly tokens: number;
}

/** An answer, and what inference says of it. */
export interface ScoredAnswer extends BareRow {
  /** The answer's under the base model. */
  readonly underBase: Likelihood;
  /** The gold answer's under the judged model. */
  readonly ofGold: Likelihood;
  readonly finish: NonNullable<ReportRow['finish']>;
}

/** A row without texts and lists: what is kept of it in memory until the summary is made. */
export type Figures = Omit<RowFigures, 'goldEntities' | 'answerEntities'> &
  Pick<ReportRow, 'images'>;
export type Sets = Readonly<Record<SetName, readonly Figures[]>>;

/** Gives fields of each row. */
export interface RowMetric<F extends keyof AnswerFigures> {
  row(answer: ScoredAnswer): Pick<AnswerFigures, F>;
}

/** Gives fields of each row, from what the judge says. */
export interface VerdictMetric<F extends keyof VerdictFigures> {
  verdict(rated: RatedAnswer): Pick<VerdictFigures, F>;
}

/** Gives figures of the summary. */
export interface SetMetric<F extends keyof SummaryFigures> {
  /** @param sets at least one row of each. */
  summary(sets: Sets): Pick<SummaryFigures, F>;
}
