// Whether the likeness of two whole answers tells anything.

import { statements } from './lexical/declining.js';
import { sayOtherNumbers } from './lexical/other-numbers.js';
import { words } from './lexical/words.js';

/** Of words: a shorter answer may hold the whole fact, a longer one more than the fact. */
const MOST_TIMES_LONGER = 2;

/**
 * Both state something, at a like length. Numbers weigh little in an embedding: where they differ it
 * tells nothing.
 */
export function areComparable(answer: string, gold: string, question: string): boolean {
  if (statements(answer).trim() === '' || sayOtherNumbers(answer, gold, question)) return false;
  const [ofAnswer, ofGold] = [words(answer).length, words(gold).length];
  return Math.max(ofAnswer, ofGold) <= MOST_TIMES_LONGER * Math.min(ofAnswer, ofGold);
}
