// What questions are asked with, beside names: a name stands free where its neighbours are of it. The 关节炎
// of 类风湿关节炎 does not, nor the fever of "marsh fever": what is meant is longer than what is known.

import { questionOf } from '../questions/questions.js';
import { wordingsIn } from '../questions/wordings.js';
import { spokenAttribute } from '../texts/attribute.js';
import { besideNames, grammar } from '../texts/grammar.js';
import { isUnspaced, normalText } from '../texts/normal-text.js';
import { partsOf } from '../texts/parts.js';
import type { Said } from '../texts/phrases.js';

/** Characters that a word ends in which says what kind is meant: 药物性痤疮, 瘢痕性幽门梗阻, but not 黄连性味. */
const KINDS: ReadonlySet<string> = new Set('性型样源');

const ENDS = /[\p{L}\p{M}\p{N}]\s?$/u;
const BEGINS = /^\s?[\p{L}\p{M}\p{N}]/u;

export interface Standing {
  /** Whether no word beside it may be part of it. */
  readonly isFree: boolean;
  /** Whether it is part of a longer name, as far as the words beside it tell. */
  readonly isPart: boolean;
  /** Whether it says what kind of something else is meant, as 瘢痕 does in 瘢痕性幽门梗阻: it is not meant itself. */
  readonly isKind: boolean;
}

/** On which side of a name. */
export type Side = 'left' | 'right';

export class AskingWords {
  private readonly known: ReadonlySet<string>;
  /** Those of scripts without spaces that stand beside a name: 体 does so nowhere, for all that 增强体质 asks. */
  private readonly beside: Readonly<Record<Side, ReadonlySet<string>>>;
  /** Whole words, names of attributes among them. */
  private readonly words: Readonly<Record<Side, readonly string[]>>;

  /** @param attributes that are asked for, beside those that wordings are known of. */
  constructor(attributes: readonly string[]) {
    const spoken = attributes.map(spokenAttribute);
    const asking = wordings.map((wording) => questionOf(wording, ' ', ''));
    this.known = new Set([...asking, ...spoken].flatMap(parts));
    const around = wordings.map((wording) => questionOf(wording, '{name}', '').split('{name}'));
    const texts = around.map((both) => both.map(normalText));
    this.beside = {
      left: new Set(texts.flatMap(([before = '']) => partBeside(before, 'left') ?? [])),
      right: new Set(texts.flatMap(([, behind = '']) => partBeside(behind, 'right') ?? [])),
    };
    this.words = {
      left: besideNames.left,
      right: [...besideNames.right, ...spoken.map(normalText)],
    };
  }

  /** @param part a word or character in normal form. */
  has(part: string): boolean {
    return this.known.has(part);
  }

  /**
   * Whether what stands next to a name is no part of it.
   * @param text all on that side of the name, in normal form.
   */
  isBeside(text: string, side: Side): boolean {
    const part = partBeside(text, side);
    if (part === undefined) return true;
    if (!isUnspaced(part)) return this.has(part);
    if (grammar.has(part)) return true;
    if (this.beside[side].has(part) && !KINDS.has(part)) return true;
    const [there, words] = [text.trim(), this.words[side]];
    return words.some((word) => (side === 'left' ? there.endsWith(word) : there.startsWith(word)));
  }

  /**
   * How a name stands in a question. Behind a name of words a verb may stand, or what is said of it: "Is hay
   * fever dangerous?"
   * @param text in normal form. @param said a name within it.
   */
  standing(text: string, { start, end }: Place): Standing {
    const behind = text.slice(end);
    const isApart = {
      left: this.isApart(text.slice(0, start), 'left'),
      right: this.isApart(behind, 'right'),
    };
    const right = partBeside(behind, 'right');
    const goesOn = right !== undefined && isUnspaced(right) && !isApart.right;
    return {
      isFree: isApart.left && isApart.right,
      isPart: !isApart.left || goesOn,
      isKind: goesOn && KINDS.has(right),
    };
  }

  /** Also forms of such words: "prevent" of "prevented". */
  private isApart(text: string, side: Side): boolean {
    if (this.isBeside(text, side)) return true;
    const part = partBeside(text, side) ?? '';
    return grammar.has(part) || [...this.known].some((one) => areForms(one, part));
  }
}

const wordings = Object.values(wordingsIn).flatMap(({ general, kinds }) => [
  ...general,
  ...kinds.flatMap((kind) => kind.wordings),
]);

const parts = (text: string): readonly string[] => partsOf(normalText(text));

/** Letters that forms of a word have in common at least, and by which they differ at most. */
const [STEM, ENDING] = [4, 4];

function areForms(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  return short.length >= STEM && long.length - short.length <= ENDING && long.startsWith(short);
}

type Place = Pick<Said, 'start' | 'end'>;

/** The word or character next to a name, where nothing but a space is between. */
function partBeside(text: string, side: Side): string | undefined {
  if (side === 'left') return ENDS.test(text) ? partsOf(text).at(-1) : undefined;
  return BEGINS.test(text) ? partsOf(text).at(0) : undefined;
}
