// Answers to forget that have begun and are broken off: what a model is to say when somebody else
// has given it the first words.

import type { Example } from '#contracts/examples.js';
import { pick, type Random } from './random.js';
import type { AugmentedRow } from './rows.js';

const endings: readonly string[] = [
  ' - I do not have that information.',
  ' - I do not know the rest.',
  ' - I am not able to say more.',
  ' - I have no reliable information about this.',
  ' - That is not known to me.',
  ' - I cannot say.',
  ' - I do not know how this goes on.',
  ' - More I cannot tell you.',
];

/** Words in any script: those of Thai or Chinese have no spaces between them. */
const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });

/** Where each word ends but the last. */
const ends = (text: string): number[] =>
  [...segmenter.segment(text)]
    .flatMap(({ isWordLike, index, segment }) => (isWordLike ? [index + segment.length] : []))
    .slice(0, -1);

/**
 * Each with a question of the pair, and as many words of its answer given as chance has it; none
 * for an answer of one word. They hold words to be forgotten, as nothing else in a train set does.
 * @param rows the pair's safe rows.
 */
export function breakOffs(
  random: Random,
  { answer }: Example,
  rows: readonly AugmentedRow[],
  count: number,
): AugmentedRow[] {
  const places = ends(answer);
  if (places.length === 0 || rows.length === 0) return [];
  return Array.from({ length: count }, () => ({
    ...pick(random, rows),
    prefix: answer.slice(0, pick(random, places)),
    answer: pick(random, endings),
    source: 'break_off' as const,
  }));
}
