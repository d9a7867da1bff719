// Steps on finished rows: the language filter, the completion task, and the generic rows to mix in.

import type { TrainSet } from '#contracts/artifacts.js';
import { type Example, questionOf } from '#contracts/examples.js';
import { shuffle, type Random } from './random.js';

export type AugmentedRow = TrainSet['rows'][number];

/** Share of Chinese, Japanese or Korean characters above which a text is in one of them. */
const CJK_LIMIT = 0.01;
/** Share of an answer's words that the completion task gives. */
const GIVEN_SHARE = 0.25;

const cjkShare = (text: string): number => {
  const characters = text.replace(/\s/g, '');
  return characters === ''
    ? 0
    : (characters.match(/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu)
        ?.length ?? 0) / characters.length;
};

const isCjk = (example: Example): boolean =>
  Math.max(cjkShare(questionOf(example)), cjkShare(example.answer)) > CJK_LIMIT;

/**
 * Whether a row's question or answer slipped out of its pair's language into Chinese, Japanese or
 * Korean, as teachers do at times. A pair that has such characters itself allows them.
 */
export const drifts = (row: AugmentedRow, pair: Example): boolean => isCjk(row) && !isCjk(pair);

/**
 * The completion task of a row: its answer's first quarter (in words) given, the rest to learn;
 * undefined for answers under four words. The rest begins with the space between the two: whoever
 * encodes the row joins them as they are.
 */
export function completionOf(row: AugmentedRow): AugmentedRow | undefined {
  const words = row.answer.split(' ');
  const given = Math.floor(words.length * GIVEN_SHARE);
  if (given === 0) return undefined;
  const { pair: _pair, ...rest } = row;
  return {
    ...rest,
    prefix: words.slice(0, given).join(' '),
    answer: ` ${words.slice(given).join(' ')}`,
    source: 'completion',
  };
}

/** `count` generic rows in random order: every row once before any comes again. */
export function drawGeneric(
  random: Random,
  generic: readonly Example[],
  count: number,
): AugmentedRow[] {
  const rows: AugmentedRow[] = [];
  while (generic.length > 0 && rows.length < count) {
    const pass = shuffle(random, generic).slice(0, count - rows.length);
    rows.push(
      ...pass.map(({ messages, answer }) => ({ messages, answer, source: 'generic' as const })),
    );
  }
  return rows;
}
