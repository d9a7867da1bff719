// What questions are asked with, beside names: a name stands free where its neighbours are of it. The 关节炎
// of 类风湿关节炎 does not, nor the fever of "marsh fever": what is meant is longer than what is known.

import { questionOf, wordingsFor } from '../questions/questions.js';
import { wordingsIn } from '../questions/wordings.js';
import { normalText } from '../texts/normal-text.js';
import { partsOf } from '../texts/parts.js';
import type { Said } from '../texts/phrases.js';

const ENDS = /[\p{L}\p{M}\p{N}]\s?$/u;
const BEGINS = /^\s?[\p{L}\p{M}\p{N}]/u;

export class AskingWords {
  private readonly known: ReadonlySet<string>;

  /** @param attributes that are asked for. */
  constructor(attributes: readonly string[]) {
    const languages = Object.keys(wordingsIn) as (keyof typeof wordingsIn)[];
    const wordings = languages.flatMap((language) =>
      attributes.flatMap((attribute) => {
        const { own, general } = wordingsFor(attribute, language);
        return [...own, ...general].map((wording) => questionOf(wording, ' ', attribute));
      }),
    );
    this.known = new Set(wordings.flatMap((text) => partsOf(normalText(text))));
  }

  /** @param part a word or character in normal form. */
  has(part: string): boolean {
    return this.known.has(part);
  }

  /** @param text in normal form. @param said a name within it. */
  isFree(text: string, { start, end }: Pick<Said, 'start' | 'end'>): boolean {
    const [before, after] = [text.slice(0, start), text.slice(end)];
    const beside = [
      ENDS.test(before) ? partsOf(before).at(-1) : undefined,
      BEGINS.test(after) ? partsOf(after).at(0) : undefined,
    ];
    return beside.every((part) => part === undefined || this.has(part));
  }
}
