// Which of many known phrases a text says: the longest at each place, from left to right.

import { isWordPart, normalText } from './normal-text.js';

/** Characters that decide which lengths are tried at a place. */
const HEAD = 2;
const NONE: ReadonlySet<string> = new Set();

export interface Said {
  /** As the phrase was given first. */
  readonly phrase: string;
  /** Where it stands in the normal text, in characters of UTF-16. */
  readonly start: number;
  readonly end: number;
}

export class Phrases {
  private readonly known = new Map<string, string>();
  /** Lengths of phrases by what they begin with, the longest first. */
  private readonly lengths = new Map<string, number[]>();

  constructor(phrases: Iterable<string>) {
    for (const phrase of phrases) {
      const text = normalText(phrase);
      if (text === '' || this.known.has(text)) continue;
      this.known.set(text, phrase);
      const head = text.slice(0, HEAD);
      const lengths = this.lengths.get(head) ?? [];
      if (!lengths.includes(text.length)) lengths.push(text.length);
      this.lengths.set(head, lengths);
    }
    for (const lengths of this.lengths.values()) lengths.sort((a, b) => b - a);
  }

  has(text: string): boolean {
    return this.known.has(normalText(text));
  }

  /**
   * What stands inside a longer phrase or a longer word does not count.
   * @param hidden normal texts of phrases that are taken as unknown.
   */
  in(text: string, hidden: ReadonlySet<string> = NONE): Said[] {
    const normal = normalText(text);
    const found: Said[] = [];
    for (let at = 0; at < normal.length;) {
      const said = this.at(normal, at, hidden);
      if (said) found.push(said);
      at = said ? said.end : at + 1;
    }
    return found;
  }

  private at(text: string, start: number, hidden: ReadonlySet<string>): Said | undefined {
    if (isInsideWord(text, start)) return undefined;
    const heads = [text.slice(start, start + HEAD), text.slice(start, start + 1)];
    for (const head of new Set(heads))
      for (const length of this.lengths.get(head) ?? []) {
        const end = start + length;
        const said = text.slice(start, end);
        const phrase = hidden.has(said) ? undefined : this.known.get(said);
        if (phrase !== undefined && end <= text.length && !isInsideWord(text, end))
          return { phrase, start, end };
      }
    return undefined;
  }
}

/** Whether one of two normal texts says the other, not inside a word: `crash` does not say `rash`. */
export function saysWhole(text: string, phrase: string): boolean {
  for (let at = text.indexOf(phrase); at >= 0; at = text.indexOf(phrase, at + 1))
    if (!isInsideWord(text, at) && !isInsideWord(text, at + phrase.length)) return true;
  return false;
}

/** Whether a word of a script with spaces, or a number, goes on at this place. */
function isInsideWord(text: string, at: number): boolean {
  if (at === 0 || at >= text.length) return false;
  return (isWordPart(before(text, at)) && isWordPart(after(text, at))) || isInsideNumber(text, at);
}

const AROUND = 2;
/** On either side of the point: `2.5 mg` says neither `5 mg` nor `2`. */
const isInsideNumber = (text: string, at: number): boolean =>
  /\d\.$/u.test(text.slice(Math.max(0, at - AROUND), at))
    ? /\d/u.test(text.charAt(at))
    : /\d$/u.test(text.charAt(at - 1)) && /^\.\d/u.test(text.slice(at, at + AROUND));

const before = (text: string, at: number): string =>
  String.fromCodePoint(text.codePointAt(isLow(text, at - 1) ? at - 2 : at - 1) ?? 0);
const after = (text: string, at: number): string => String.fromCodePoint(text.codePointAt(at) ?? 0);
const isLow = (text: string, at: number): boolean => {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff;
};
