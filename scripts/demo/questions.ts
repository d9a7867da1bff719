// Three questions to the model before and after: two of what it was to forget, one of what it was
// to keep.

import pc from 'picocolors';
import type { Report } from '#contracts/artifacts.js';
import { shown, table } from '../../cli/output.js';

export interface Answered {
  readonly set: 'forget' | 'retain';
  readonly question: string;
  readonly before: string;
  readonly after: string;
}

type Ask = (question: string) => Promise<string>;

/**
 * Questions that the model knew before: the first and the last of the forget set, the first of the
 * retain set.
 */
export async function askAll(known: Report, before: Ask, after: Ask): Promise<Answered[]> {
  const knownRows = (set: Answered['set']) =>
    known.rows.filter((row) => row.set === set && row.verdict === (set === 'retain'));
  const forget = knownRows('forget');
  const asked = [forget[0], forget.at(-1), knownRows('retain')[0]].filter(
    (row) => row !== undefined,
  );
  return Promise.all(
    asked.map(async ({ set, question }) => ({
      set,
      question,
      before: await before(question),
      after: await after(question),
    })),
  );
}

export function questionTable(answered: readonly Answered[]): string {
  const rows = answered.map(({ set, question, before, after }) => [
    set === 'forget' ? pc.yellow('forget') : pc.green('keep'),
    ...[question, before, after].map(shown),
  ]);
  return table(['', 'question', 'before', 'after'], rows, [8, 34, 34, 34]);
}
