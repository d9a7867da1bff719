// Rows that a forget set and a retain set have in common.
import type { QaRow } from '#contracts/dataset.js';
import { ApiError } from '../../http/api.error.js';

const shownPairs = 5;

/** @throws ApiError 400 where rows are the same in both: they would be taught and untaught at once. */
export function refuseOverlap(forget: readonly QaRow[], retain: readonly QaRow[]): void {
  const rowOf = new Map<string, number>();
  for (const [index, row] of retain.entries()) {
    const question = normalised(row.question);
    if (!rowOf.has(question)) rowOf.set(question, index + 1);
  }
  const pairs = forget.flatMap((row, index) => {
    const other = rowOf.get(normalised(row.question));
    return other === undefined ? [] : [`${index + 1} = ${other}`];
  });
  if (pairs.length === 0) return;
  const more = pairs.length > shownPairs ? ` and ${pairs.length - shownPairs} more` : '';
  throw ApiError.invalid(
    `The forget set and the retain set ask the same questions (row of training_file = row of retain_file): ${pairs.slice(0, shownPairs).join(', ')}${more}.`,
    'method.unlearn.retain_file',
    'overlapping_sets',
  );
}

/** Questions that differ in case, encoding, spaces or the mark at the end alone are the same. */
function normalised(question: string): string {
  return question
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .replace(/[\s.?!。？！]+$/, '')
    .trim();
}
