// Conversations that two sets have in common.

import { createHash } from 'node:crypto';
import type { NumberedExample } from '#contracts/dataset/dataset.js';
import { conversationOf, type Example } from '#contracts/examples.js';
import { ApiError } from '../../http/api.error.js';
import type { DataSet } from '../data-set.js';
import { inTurns } from '../in-turns.js';

const shownPairs = 5;

/**
 * @throws ApiError 400 where rows are the same in both: they would be taught and untaught at once, or
 * held against themselves.
 */
export async function refuseOverlap(one: DataSet, other: DataSet): Promise<void> {
  const pairs = await overlapOf(one.rows, other.rows);
  if (pairs.length === 0) return;
  const shown = pairs.slice(0, shownPairs).map((lines) => lines.join(' = '));
  const more = pairs.length > shownPairs ? ` and ${pairs.length - shownPairs} more` : '';
  throw ApiError.invalid(
    `'${one.param}' and '${other.param}' ask the same questions (line of the one = line of the other): ${shown.join(', ')}${more}.`,
    other.param,
    'overlapping_sets',
  );
}

/** What a sentence may end with, or not, and be the same. */
const endings = new Set(' .?!。');

/** @returns lines of `some`, each with the first line of `others` that asks the same. */
export async function overlapOf(
  some: readonly NumberedExample[],
  others: readonly NumberedExample[],
): Promise<[number, number][]> {
  const lineOf = new Map<string, number>();
  await inTurns(others, ({ line, example }) => {
    const key = keyOf(example);
    if (!lineOf.has(key)) lineOf.set(key, line);
  });
  const pairs: [number, number][] = [];
  await inTurns(some, ({ line, example }) => {
    const other = lineOf.get(keyOf(example));
    if (other !== undefined) pairs.push([line, other]);
  });
  return pairs;
}

/** The same for conversations that show the same and differ in what `normalised` passes over alone. */
function keyOf(example: Example): string {
  const hash = createHash('sha256');
  for (const { role, content, images = [] } of conversationOf(example)) {
    const shown = images.map(({ file }) => file.hash);
    hash.update(JSON.stringify([role, normalised(content), ...shown]));
  }
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
