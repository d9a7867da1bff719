// Conversations that a forget set and a retain set have in common.

import { createHash } from 'node:crypto';
import type { NumberedExample } from '#contracts/dataset/dataset.js';
import { conversationOf, type Example } from '#contracts/examples.js';
import { ApiError } from '../../http/api.error.js';

const shownPairs = 5;

/** @throws ApiError 400 where rows are the same in both: they would be taught and untaught at once. */
export function refuseOverlap(
  forget: readonly NumberedExample[],
  retain: readonly NumberedExample[],
): void {
  const pairs = overlapOf(forget, retain);
  if (pairs.length === 0) return;
  const shown = pairs.slice(0, shownPairs).map(([one, other]) => `${one} = ${other}`);
  const more = pairs.length > shownPairs ? ` and ${pairs.length - shownPairs} more` : '';
  throw ApiError.invalid(
    `The forget set and the retain set ask the same questions (line of training_file = line of retain_file): ${shown.join(', ')}${more}.`,
    'method.unlearn.retain_file',
    'overlapping_sets',
  );
}

/** What a sentence may end with, or not, and be the same. */
const endings = new Set(' .?!。');

/** @returns lines of `some`, each with the first line of `others` that asks the same. */
export function overlapOf(
  some: readonly NumberedExample[],
  others: readonly NumberedExample[],
): [number, number][] {
  const lineOf = new Map<string, number>();
  for (const { line, example } of others) {
    const key = keyOf(example);
    if (!lineOf.has(key)) lineOf.set(key, line);
  }
  return some.flatMap(({ line, example }): [number, number][] => {
    const other = lineOf.get(keyOf(example));
    return other === undefined ? [] : [[line, other]];
  });
}

/** The same for conversations whose messages differ in what `normalised` passes over alone. */
function keyOf(example: Example): string {
  const hash = createHash('sha256');
  for (const { role, content } of conversationOf(example))
    hash.update(JSON.stringify([role, normalised(content)]));
  return hash.digest('base64');
}

/**
 * Case, encoding, spaces and the marks at the end are passed over. Linear in the text's length: it
 * is a tenant's.
 */
function normalised(text: string): string {
  const plain = text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trimStart();
  let end = plain.length;
  while (end > 0 && endings.has(plain.charAt(end - 1))) end -= 1;
  return plain.slice(0, end);
}
