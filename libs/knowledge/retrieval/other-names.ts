// Whether a question says another name in the place of one that it is like: 阴茎癌 is no slip of
// 阴囊癌, nor "hay fever" of "marsh fever".

import { isOneEdit } from '#collections/one-edit.js';
import { grammar } from '../texts/grammar.js';
import { isUnspaced, normalText } from '../texts/normal-text.js';
import { partsOf, type PlacedPart, placedParts } from '../texts/parts.js';
import { align, type Pair } from './align.js';
import type { AskingWords } from './asking-words.js';

/** Shorter words are others by one letter. */
const SHORTEST_SLIP = 4;
/** Letters; fewer are a suffix that many words have. */
const ALIKE_END = 6;

/** Of a name's characters there may be one more for each so many within it: 老年斑 is no 老年性黄斑变性. */
const MOST_ADDED = 3;

/** What turns a name into that of another: 不稳定型心绞痛 is no 稳定型心绞痛. */
const NEGATIONS: ReadonlySet<string> = new Set(['non', 'not', 'no', 'without', ...'不非无未']);

/** A question in normal form, and its words and characters. */
interface Asked {
  readonly text: string;
  readonly parts: readonly PlacedPart[];
}

type Likeness = 'far' | 'other' | 'same';

export class OtherNames {
  /** Words that names are made of. */
  private readonly known: ReadonlySet<string>;

  constructor(
    names: readonly string[],
    private readonly askingWords: AskingWords,
  ) {
    this.known = new Set(names.flatMap((name) => partsOf(normalText(name))));
  }

  /**
   * @param names of one entity.
   * @returns whether the question is like one of them, and says something else in it.
   */
  says(question: string, names: readonly string[]): boolean {
    const text = normalText(question);
    const asked = { text, parts: placedParts(text) };
    const all = names.map((name) => this.likeness(asked, partsOf(normalText(name))));
    return all.includes('other') && !all.includes('same');
  }

  private likeness(asked: Asked, name: readonly string[]): Likeness {
    const pairs = align(
      name,
      asked.parts,
      (own, { text }) => own === text || this.isSlip(own, text),
    );
    if (pairs.length === 0) return this.isTaken(name, asked) ? 'other' : 'far';
    if (pairs.length * 2 < name.length) return 'far';
    const said = new Set(pairs.map(({ own }) => own));
    if (name.some((part, i) => NEGATIONS.has(part) && !said.has(i))) return 'other';
    const gaps = gapsOf(pairs, name.length);
    const replaced = gaps.filter(({ lacked }) => lacked > 0);
    if (replaced.some((gap) => this.isFilled(gap, asked))) return 'other';
    const added = gaps.flatMap((gap) => (gap.lacked > 0 ? [] : this.addedIn(gap, asked)));
    return added.length * MOST_ADDED > name.length ? 'other' : 'same';
  }

  /** What is said between two characters, of scripts without spaces, that are neighbours in the name. */
  private addedIn({ from, to }: Gap, { parts }: Asked): PlacedPart[] {
    if (from === undefined || to === undefined) return [];
    const isWithin = [parts[from], parts[to]].every((end) => end && isUnspaced(end.text));
    return isWithin ? parts.slice(from + 1, to).filter(({ text }) => !grammar.has(text)) : [];
  }

  /** Whether more than asking words is said there: anywhere between two parts, or beside the cut end. */
  private isFilled({ from, to }: Gap, { text, parts }: Asked): boolean {
    if (from === undefined)
      return !this.askingWords.isBeside(text.slice(0, parts[to ?? 0]?.start), 'left');
    if (to === undefined) return !this.askingWords.isBeside(text.slice(parts[from]?.end), 'right');
    return parts.slice(from + 1, to).some((part) => !this.askingWords.has(part.text));
  }

  /** Whether another word may be taken for one of a name that the question has no part of. */
  private isTaken(name: readonly string[], { parts }: Asked): boolean {
    const others = parts.filter(({ text }) => !this.askingWords.has(text));
    return name.some((own) => others.some(({ text }) => endAlike(own, text)));
  }

  /** A word that other names have is meant as it is written. */
  private isSlip(own: string, word: string): boolean {
    const isLong = Math.max(own.length, word.length) >= SHORTEST_SLIP;
    return isLong && !this.known.has(word) && isOneEdit(own, word);
  }
}

/** What lies before, between and after the parts of a name that a question has. */
interface Gap {
  /** Parts that it lacks there. */
  readonly lacked: number;
  /** Places in the question on either side, where there is one. */
  readonly from: number | undefined;
  readonly to: number | undefined;
}

function gapsOf(pairs: readonly Pair[], length: number): Gap[] {
  const ends = [...pairs, undefined];
  return ends.map((right, i) => {
    const left = pairs[i - 1];
    const lacked = (right?.own ?? length) - (left?.own ?? -1) - 1;
    return { lacked, from: left?.asked, to: right?.asked };
  });
}

/** "hypothyroidism" and "hyperthyroidism": forms of one word differ at the end instead. */
function endAlike(one: string, other: string): boolean {
  const longer = Math.max(one.length, other.length);
  const [begin, end] = [sharedBy(one, other, 1), sharedBy(one, other, -1)];
  return end >= ALIKE_END && (begin + end) * 2 >= longer && one !== other;
}

/** How many letters are the same, from the first on or from the last back. */
function sharedBy(one: string, other: string, step: 1 | -1): number {
  const from = step > 0 ? 0 : -1;
  let shared = 0;
  while (shared < one.length && one.at(from + step * shared) === other.at(from + step * shared))
    shared += 1;
  return shared;
}
