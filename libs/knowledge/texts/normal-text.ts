// Texts as they are compared: how they are written does not count.

/** Of a name or a value as it is kept: composed, with single spaces. */
export const tidyText = (text: string): string =>
  text.normalize('NFC').replace(/\s+/gu, ' ').trim();

/** Widths, cases and white space aside. */
export const normalText = (text: string): string =>
  text.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim();

/** Scripts whose words stand without spaces between them. */
const UNSPACED =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}';
const unspaced = new RegExp(`[${UNSPACED}]`, 'u');
const WORD_PART = `[[\\p{L}\\p{M}\\p{N}]--[${UNSPACED}]]`;
const wordPart = new RegExp(WORD_PART, 'v');

/** Each word, and each character of a script without spaces, whatever it stands beside. */
export const PARTS = new RegExp(`${WORD_PART}+|[[\\p{L}\\p{M}\\p{N}]&&[${UNSPACED}]]`, 'gv');

export const isUnspaced = (text: string): boolean => unspaced.test(text);

/** A letter or digit of a script that separates words. */
export const isWordPart = (character: string): boolean => wordPart.test(character);
