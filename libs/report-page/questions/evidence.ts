// All that was asked about some of the questions.

import type { AuditRow } from '#contracts/audit.js';
import { setOf } from '#contracts/probes.js';
import { clipped } from '../words.js';

/** Rows by the index of the question, their texts no longer than they are shown. */
export async function evidenceOf(
  rows: AsyncIterable<AuditRow> | Iterable<AuditRow>,
  wanted: readonly { readonly index: number }[],
): Promise<Map<number, AuditRow[]>> {
  const evidence = new Map<number, AuditRow[]>(wanted.map(({ index }) => [index, []]));
  for await (const row of rows)
    if (setOf(row.probe) === 'forget') evidence.get(row.index)?.push(short(row));
  return evidence;
}

const short = ({ question, prefix, gold, answer, ...row }: AuditRow): AuditRow => ({
  ...row,
  question: clipped(question),
  gold: clipped(gold),
  ...(prefix === undefined ? {} : { prefix: clipped(prefix) }),
  ...(answer === undefined ? {} : { answer: clipped(answer) }),
});
