// Where a text says phrases, in its own characters rather than in those that it is compared by.

import { normalText } from './normal-text.js';
import { Phrases } from './phrases.js';

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** From the first of the phrases that a text says to the last, in UTF-16 units. */
export function spanOfPhrases(text: string, phrases: Iterable<string>): Span | undefined {
  const said = new Phrases(phrases).in(text);
  const [first, last] = [said[0], said.at(-1)];
  if (!first || !last) return undefined;
  return { start: characterAt(text, first.start), end: endAt(text, last.end) };
}

/** The end of what a text's first characters, so many of the normal text's, are written as. */
function endAt(text: string, normal: number): number {
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (normalText(text.slice(0, middle)).length >= normal) high = middle;
    else low = middle + 1;
  }
  return low + (/^\p{M}+/u.exec(text.slice(low))?.[0].length ?? 0);
}

/** The place of the character that the normal text's is written as. */
function characterAt(text: string, normal: number): number {
  const before = text.slice(0, endAt(text, normal + 1));
  return before.length - (/\P{M}\p{M}*$/u.exec(before)?.[0].length ?? 0);
}
