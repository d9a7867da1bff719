// What a text is compared by.

import { isUnspaced, normalText } from '../texts/normal-text.js';

/** Characters, and pairs of neighbours; punctuation and white space do not count. */
export function termsOf(text: string): string[] {
  const characters = [...normalText(text).replaceAll(/[\s\p{P}]/gu, '')];
  const pairs = characters.slice(1).map((character, i) => `${characters[i]}${character}`);
  return [...characters, ...pairs];
}

/** Of languages that put spaces between words: words, and triples of characters within them. */
export function wordTermsOf(text: string): string[] {
  const words = normalText(text).match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  return words.flatMap((word) => [`=${word}`, ...triplesOf(` ${word} `)]);
}

/** As the script of the text asks for. */
export const scriptTermsOf = (text: string): string[] =>
  isUnspaced(text) ? termsOf(text) : wordTermsOf(text);

const triplesOf = (word: string): string[] => {
  const characters = [...word];
  return characters.slice(2).map((_, i) => characters.slice(i, i + 3).join(''));
};
