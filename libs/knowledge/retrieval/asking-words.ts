// What questions are asked with, beside names: a name stands free where its neighbours are of it. The 关节炎
// of 类风湿关节炎 does not, nor the fever of "marsh fever": what is meant is longer than what is known.

import { questionOf } from '../questions/questions.js';
import { wordingsIn } from '../questions/wordings.js';
import { spokenAttribute } from '../texts/attribute.js';
import { grammar } from '../texts/grammar.js';
import { isUnspaced, normalText } from '../texts/normal-text.js';
import { partsOf } from '../texts/parts.js';
import type { Said } from '../texts/phrases.js';

/** What a word ends in that says which kind of the name behind it is meant: 药物性痤疮, 混合型颈椎病. */
const KINDS: ReadonlySet<string> = new Set('性型样源');

const ENDS = /[\p{L}\p{M}\p{N}]\s?$/u;
const BEGINS = /^\s?[\p{L}\p{M}\p{N}]/u;

export interface Standing {
  /** Whether no word beside it may be part of it. */
  readonly isFree: boolean;
  /** Whether it is part of a longer name, as far as the words beside it tell. */
  readonly isPart: boolean;
}

export class AskingWords {
  private readonly known: ReadonlySet<string>;

  /** @param attributes that are asked for, beside those that wordings are known of. */
  constructor(attributes: readonly string[]) {
    const all = Object.values(wordingsIn).flatMap(({ general, kinds }) => [
      ...general,
      ...kinds.flatMap(({ wordings }) => wordings),
    ]);
    const texts = [
      ...all.map((wording) => questionOf(wording, ' ', '')),
      ...attributes.map(spokenAttribute),
    ];
    this.known = new Set(texts.flatMap((text) => partsOf(normalText(text))));
  }

  /** @param part a word or character in normal form. */
  has(part: string): boolean {
    return this.known.has(part);
  }

  /**
   * How a name stands in a question. Behind a name of words a verb may stand, or what is said of it: "Is hay
   * fever dangerous?"
   * @param text in normal form. @param said a name within it.
   */
  standing(text: string, said: Place): Standing {
    const { left, right } = besides(text, said);
    const isApart = { left: this.isApart(left) && !isKind(left), right: this.isApart(right) };
    const goesOn = right !== undefined && isUnspaced(right) && !isApart.right;
    return { isFree: isApart.left && isApart.right, isPart: !isApart.left || goesOn };
  }

  /** Also forms of such words: "prevent" of "prevented". */
  private isApart(part: string | undefined): boolean {
    if (part === undefined || grammar.has(part) || this.has(part)) return true;
    return [...this.known].some((one) => areForms(one, part));
  }
}

/** Letters that forms of a word have in common at least, and by which they differ at most. */
const [STEM, ENDING] = [4, 4];

function areForms(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  return short.length >= STEM && long.length - short.length <= ENDING && long.startsWith(short);
}

type Place = Pick<Said, 'start' | 'end'>;

/** The words beside a name, where nothing but a space is between. */
function besides(text: string, { start, end }: Place) {
  const [before, after] = [text.slice(0, start), text.slice(end)];
  return {
    left: ENDS.test(before) ? partsOf(before).at(-1) : undefined,
    right: BEGINS.test(after) ? partsOf(after).at(0) : undefined,
  };
}

const isKind = (left: string | undefined): boolean => left !== undefined && KINDS.has(left);
