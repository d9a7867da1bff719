// The beginning of an answer, by words.

/** Of scripts that put no spaces between words, each character counts as one. */
const WORD =
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]|[^\s\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]+/gu;

export interface Stem {
  readonly given: string;
  /** As it goes on, with the space before it. */
  readonly rest: string;
}

/**
 * @param words how many of `text` are given, or their number of all.
 * @returns undefined where nothing would be left to say.
 */
export function stemOf(text: string, words: number | ((of: number) => number)): Stem | undefined {
  const found = [...text.matchAll(WORD)];
  const last = found[(typeof words === 'number' ? words : words(found.length)) - 1];
  if (!last || last === found.at(-1)) return undefined;
  const end = last.index + last[0].length;
  return { given: text.slice(0, end), rest: text.slice(end) };
}
