// Words of a text, and characters of scripts that put no spaces between them.

import { PARTS } from './normal-text.js';

/** A word, or a character of a script without spaces, and where it stands in UTF-16 units. */
export interface PlacedPart {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** In their order. @param text in normal form. */
export const partsOf = (text: string): string[] => text.match(PARTS) ?? [];

/** The same, with their places. */
export const placedParts = (text: string): PlacedPart[] =>
  [...text.matchAll(PARTS)].map(({ 0: part, index }) => ({
    text: part,
    start: index,
    end: index + part.length,
  }));
