// The entities that a question may be about.

import { item } from '#collections/items.js';
import type { Entity } from '../entity.js';
import type { KnowledgeBase } from '../knowledge-base.js';
import { normalText } from '../texts/normal-text.js';
import { Phrases, type Said } from '../texts/phrases.js';
import { AskingWords, type Standing } from './asking-words.js';
import { Bm25 } from './bm25.js';
import { OtherNames } from './other-names.js';
import { scriptTermsOf } from './terms.js';

/** Names differ less in length than documents do. */
const LENGTH_WEIGHT = 0.3;
/** Hits per candidate that is asked for: an entity with many aliases may fill several. */
const HITS = 4;

export interface Candidate {
  readonly entity: Entity;
  /**
   * By BM25 that of its name or alias that fits best. What the question says word for word has more
   * than all else: the best of those, and once more by its length beside the longest said.
   */
  readonly score: number;
}

/** Normal texts of names that a question is asked as if the base did not have them. */
export type HiddenNames = ReadonlySet<string>;
const NONE: HiddenNames = new Set();

/** @param names of the base. */
export const hiddenNames = (names: readonly string[]): HiddenNames =>
  names.length === 0 ? NONE : new Set(names.map(normalText));

/** A name that a question says. */
export interface SaidName extends Standing {
  /** All that it means. */
  readonly entities: readonly Entity[];
}

type PlacedName = SaidName & Said;

interface NamedBy {
  readonly entity: Entity;
  readonly name: string;
}

export interface Found {
  /** The likeliest first. */
  readonly candidates: readonly Candidate[];
  /** The best score without being said word for word: what any name might have. */
  readonly likeness: number;
}

export class Candidates {
  private readonly names: Bm25;
  /** Of each document: whose name it is, and the name. */
  private readonly owners: readonly NamedBy[];
  private readonly phrases: Phrases;
  private readonly askingWords: AskingWords;
  private readonly otherNames: OtherNames;

  constructor(private readonly base: KnowledgeBase) {
    const named = [
      ...base.entities.map((entity) => ({ entity, name: entity.name })),
      ...base.entities.flatMap((entity) => entity.aliases.map((name) => ({ entity, name }))),
    ];
    const names = named.map(({ name }) => name);
    this.owners = named;
    this.names = new Bm25(names, { b: LENGTH_WEIGHT, terms: scriptTermsOf });
    this.phrases = new Phrases(names);
    this.askingWords = new AskingWords(base.attributes());
    this.otherNames = new OtherNames(names, this.askingWords);
  }

  /** @returns those whose names the question says first, the longest of them first; then by BM25. */
  of(question: string, count: number, hidden = NONE): Entity[] {
    return this.find(question, count, hidden).candidates.map(({ entity }) => entity);
  }

  /** The same, with scores. */
  find(question: string, count: number, hidden = NONE): Found {
    const names = this.placedNames(question, hidden);
    const kinds = names.filter(({ isKind }) => isKind).map(({ phrase }) => normalText(phrase));
    const similar = this.scored(question, count, new Set([...hidden, ...kinds]));
    // A name without a letter or digit has no term: it is said with a score of none.
    const likeness = similar[0]?.score || 1;
    const said = meantBy(names);
    const longest = said[0]?.length ?? 1;
    const all = [
      ...said.map(({ entity, length }) => ({ entity, score: likeness * (1 + length / longest) })),
      ...similar,
    ];
    return { candidates: eachOnce(all).slice(0, count), likeness };
  }

  /** By BM25 of names and aliases alone. */
  similar(question: string, count: number): Entity[] {
    return this.scored(question, count, NONE).map(({ entity }) => entity);
  }

  private scored(question: string, count: number, hidden: HiddenNames): Candidate[] {
    const hits = this.names.top(question, count * HITS + hidden.size);
    const all = hits.map(({ document, score }) => ({ ...item(this.owners, document), score }));
    const listed = all.filter(({ name }) => hidden.size === 0 || !hidden.has(normalText(name)));
    return eachOnce(listed.map(({ entity, score }) => ({ entity, score }))).slice(0, count);
  }

  /** What the question names, by name or alias, word for word, from left to right. */
  saidNames(question: string, hidden = NONE): SaidName[] {
    return this.placedNames(question, hidden);
  }

  /**
   * Whether the question says another name in the place of the entity's: one that is like it, or a longer
   * one that it is part of.
   * @param said all that the question names.
   */
  saysAnother(question: string, entity: Entity, said: readonly SaidName[], hidden = NONE): boolean {
    const own = said.filter(({ entities }) => entities.includes(entity));
    if (own.length > 0 && own.every(({ isPart }) => isPart)) return true;
    const names = [entity.name, ...entity.aliases].filter((one) => !hidden.has(normalText(one)));
    return this.otherNames.says(question, names);
  }

  /** The question as texts are compared, with a space in the place of each name that it says. */
  withoutNames(question: string, hidden = NONE): string {
    const text = normalText(question);
    const said = this.phrases.in(question, hidden);
    const starts = [0, ...said.map(({ end }) => end)];
    return starts.map((start, i) => text.slice(start, said[i]?.start)).join(' ');
  }

  private placedNames(question: string, hidden: HiddenNames): PlacedName[] {
    const text = normalText(question);
    return this.phrases.in(question, hidden).map((said) => ({
      ...said,
      entities: this.base.named(said.phrase),
      ...this.askingWords.standing(text, said),
    }));
  }
}

/** The longest first; a name that is part of a longer one, as far as that is seen, is no more than alike. */
const meantBy = (names: readonly PlacedName[]): { entity: Entity; length: number }[] =>
  names
    .filter(({ isPart }) => !isPart)
    .map(({ entities, start, end }) => ({ entities, length: end - start }))
    .toSorted((a, b) => b.length - a.length)
    .flatMap(({ entities, length }) => entities.map((entity) => ({ entity, length })));

/** Of several of one entity, the first. */
function eachOnce<T extends { readonly entity: Entity }>(all: readonly T[]): T[] {
  const seen = new Set<Entity>();
  return all.filter(({ entity }) => !seen.has(entity) && seen.add(entity));
}
