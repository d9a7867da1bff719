// What answers say, beside the row and the gold answer.

import { commonSubsequenceLength } from '../common-subsequence.js';
import type { Spoken } from './answer.js';
import { bleu } from './bleu.js';
import { type Measured, meanOf, shareOf } from './measured.js';
import { tokensOf } from './tokens.js';

export interface TextFigures {
  /** Mean share of the right row's values that an answer says. */
  readonly valueRecall: Measured;
  /** Mean share of the base's values that an answer says which are of the right row; of answers that say any. */
  readonly valuePrecision: Measured;
  /** Answers that say a value or name of the base which is in neither the row they read nor the question. */
  readonly hallucinated: Measured;
  /** Answers in whose place the row stands, as they would have been among those. */
  readonly guarded: Measured;
  /** Citations whose place in the text says every value that they name; of answers with one. */
  readonly citationCorrect: Measured;
  /** Harmonic mean of recall and precision of the longest common subsequence with the gold answer. */
  readonly rougeL: Measured;
  readonly bleu: Measured;
}

export function textFigures(answers: readonly Spoken[]): TextFigures {
  const withRow = answers.filter(({ row }) => row.length > 0);
  const saying = withRow.filter(({ said }) => said.length > 0);
  const citing = answers.filter(({ cited }) => cited.length > 0);
  return {
    valueRecall: meanOf(withRow.map(valueRecall)),
    valuePrecision: meanOf(saying.map(({ row, said }) => shareIn(said, row))),
    hallucinated: shareOf(answers.map(({ unfounded }) => unfounded.length > 0)),
    guarded: shareOf(answers.map(({ guarded }) => guarded)),
    citationCorrect: shareOf(
      citing.map(({ cited, citedAndSaid }) => shareIn(cited, citedAndSaid) === 1),
    ),
    rougeL: meanOf(withRow.map(rougeL)),
    bleu: bleu(withRow),
  };
}

/** Share of the right row's values that are said. */
export const valueRecall = ({ row, said }: Pick<Spoken, 'row' | 'said'>): number =>
  shareIn(row, said);

/** Of the distinct ones. */
function shareIn(values: readonly string[], others: readonly string[]): number {
  const distinct = [...new Set(values)];
  return distinct.filter((value) => others.includes(value)).length / distinct.length;
}

/** F1, 0 to 1; 0 where either text has no tokens. */
export function rougeL({ text, gold }: Pick<Spoken, 'text' | 'gold'>): number {
  const [said, wanted] = [tokensOf(text), tokensOf(gold)];
  const common = commonSubsequenceLength(wanted, said);
  return common === 0 ? 0 : (2 * common) / (said.length + wanted.length);
}
