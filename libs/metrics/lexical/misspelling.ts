// Names that differ by a slip of the pen: a letter left out, doubled, changed or swapped.

import { isOneEdit } from '#collections/one-edit.js';

/** Shorter words are other words when a letter is changed: Hill and Hall. */
const LONG = 5;
/** Of an entity of one word: shorter ones are too often two words of the language. */
const LONG_ALONE = 8;
const LETTERS_A_SLIP = 5;

/** @param a normal forms, in their order, as many as of b or it is another name. */
export function isMisspelt(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  if (a.size !== b.size) return false;
  const [left, right] = [[...a], [...b]];
  if (left.length === 1 && (left[0] ?? '').length < LONG_ALONE) return false;
  let slips = 0;
  for (const [i, word] of left.entries()) {
    const other = right[i] ?? '';
    if (word === other) continue;
    if (!isSlip(word, other)) return false;
    slips += 1;
  }
  return slips * LETTERS_A_SLIP <= left.join('').length;
}

/** First letters that are one sound in two spellings of a name: Catherine, Katherine. */
const FIRST_LETTERS = /^(?:ck|kc|sz|zs|iy|yi)$/;

function isSlip(a: string, b: string): boolean {
  if (/\d/.test(a + b)) return false;
  const [first = '', other = ''] = [a[0], b[0]];
  if (first !== other && !FIRST_LETTERS.test(first + other)) return false;
  if (a.length < LONG && a.length === b.length) return false;
  return isOneEdit(a, b) || isShuffled(a, b);
}

/** Whether the same letters stand in another order behind the first. */
const isShuffled = (a: string, b: string): boolean =>
  a.length >= LONG_ALONE && a[0] === b[0] && sorted(a) === sorted(b);

const sorted = (word: string): string => [...word].toSorted().join('');
