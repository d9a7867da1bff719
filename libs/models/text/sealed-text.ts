// Keeps what people write apart from what a chat template writes, so that no content is read as a
// control token.

import { required } from '#collections/required.js';

/**
 * A token that steers the model rather than spells text: beginnings, ends and roles of turns,
 * padding.
 */
export interface ControlToken {
  readonly id: number;
  readonly content: string;
  /** White space before or after it belongs to it. */
  readonly lstrip: boolean;
  readonly rstrip: boolean;
}

/**
 * Half of a character: text that came as UTF-8 cannot hold it, no template looks for it, and it
 * never reaches the model.
 */
const SEAL = '\ud800';
const SEALS = /\ud800/gu;
const HALVES = /\p{Surrogate}/gu;

export class Sealer {
  private readonly starts: RegExp;
  private readonly whole: RegExp;
  private readonly byContent: ReadonlyMap<string, ControlToken>;

  constructor(controls: readonly ControlToken[]) {
    this.byContent = new Map(controls.map((control) => [control.content, control]));
    const longestFirst = [...this.byContent.keys()].toSorted((a, b) => b.length - a.length);
    const any =
      longestFirst.map((text) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|') || '(?!)';
    this.starts = new RegExp(`(?=(?:${any}))[^]`, 'gu');
    this.whole = new RegExp(`(${any})`, 'u');
  }

  /**
   * Breaks every control token that is spelt in a content after its first character; other text
   * stays as it is.
   */
  seal(content: string): string {
    return content.replace(HALVES, '\ufffd').replace(this.starts, `$&${SEAL}`);
  }

  /** Text and control tokens in turn, as they follow each other: what was sealed is text again. */
  split(sealed: string): (string | ControlToken)[] {
    const parts = sealed
      .split(this.whole)
      .map((text, i) => (i % 2 ? required(this.byContent, text) : text.replace(SEALS, '')));
    return parts.map((part, i) => {
      if (typeof part !== 'string') return part;
      const [before, after] = [
        parts[i - 1] as ControlToken | undefined,
        parts[i + 1] as ControlToken | undefined,
      ];
      const rest = before?.rstrip ? part.replace(/^\p{White_Space}+/u, '') : part;
      return after?.lstrip ? rest.replace(/(?<!\p{White_Space})\p{White_Space}+$/u, '') : rest;
    });
  }
}

/** JSON of sealed texts, whose seals it has escaped, with the seals themselves. */
export const withSeals = (json: string): string =>
  json.replace(/(?<!\\)((?:\\\\)*)\\ud800(?!\\ud[c-f])/g, `$1${SEAL}`);

export function isSealed(text: string): boolean {
  return text.search(SEALS) >= 0;
}

/** Two halves of a character in a row occur in no text, sealed or not. */
export const NEVER_IN_TEXT = SEAL + SEAL;
