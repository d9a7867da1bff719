// Rows that a model's decoding is tuned on: a data set in any of the layouts, wrong answers beside the
// right one where it has them.

import { createHash } from 'node:crypto';
import { examplesOfRow } from '#contracts/dataset/examples-of-row.js';
import { withoutImages } from '#contracts/dataset/open-images.js';
import type { Row } from '#contracts/dataset/row.js';
import type { Message } from '#contracts/examples.js';
import { conversationOf, wrongAnswersOf } from '#contracts/examples.js';

export interface TuningRow {
  /** In its file. */
  readonly line: number;
  readonly messages: readonly Message[];
  readonly answer: string;
  readonly wrong: readonly string[];
}

/** One for each answer of the row, which shows no pictures. @throws DatasetError */
export function tuningRowsOf(row: Row): TuningRow[] {
  const named = row.texts('wrong');
  return examplesOfRow(row).map((read) => {
    const example = withoutImages(row.line, read);
    return {
      line: row.line,
      messages: conversationOf(example),
      answer: example.answer,
      wrong: named.length > 0 ? named : wrongAnswersOf(example),
    };
  });
}

/**
 * Halves, by hashes of what is asked: the same question is never in both, and the order of the file
 * does not matter.
 */
export function halves(rows: readonly TuningRow[]): [tuning: TuningRow[], heldOut: TuningRow[]] {
  const byHash = new Map<string, TuningRow[]>();
  for (const row of rows) {
    const hash = createHash('sha256').update(JSON.stringify(row.messages)).digest('hex');
    byHash.set(hash, [...(byHash.get(hash) ?? []), row]);
  }
  const questions = [...byHash].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, own]) => own);
  return [
    questions.filter((_, i) => i % 2 === 0).flat(),
    questions.filter((_, i) => i % 2 === 1).flat(),
  ];
}
