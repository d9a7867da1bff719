// Which attacks open which question: all that is kept of a large audit's rows at first.

import type { AuditRow } from '#contracts/audit.js';
import { type AttackName, isAttack } from '#contracts/probes.js';

export interface Opened {
  readonly index: number;
  /** Attacks after which the unlearned model states the fact. */
  readonly by: AttackName[];
  /** An answer of it could not be judged. */
  isUnjudged: boolean;
}

/** @returns questions, those first that most attacks open, then in the file's order. */
export async function openedOf(
  rows: AsyncIterable<AuditRow> | Iterable<AuditRow>,
): Promise<Opened[]> {
  const all = new Map<number, Opened>();
  for await (const { probe, role, index, leak } of rows) {
    if (role !== 'after' || !isAttack(probe)) continue;
    const question = all.get(index) ?? { index, by: [], isUnjudged: false };
    all.set(index, question);
    if (leak === true && !question.by.includes(probe)) question.by.push(probe);
    if (leak === null) question.isUnjudged = true;
  }
  return [...all.values()].toSorted((a, b) => b.by.length - a.by.length || a.index - b.index);
}
