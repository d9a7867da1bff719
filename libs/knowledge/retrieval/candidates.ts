// The entities that a question may be about.

import { item } from '#collections/items.js';
import type { Entity } from '../entity.js';
import type { KnowledgeBase } from '../knowledge-base.js';
import { Phrases } from '../texts/phrases.js';
import { Bm25 } from './bm25.js';
import { scriptTermsOf } from './terms.js';

/** Names differ less in length than documents do. */
const LENGTH_WEIGHT = 0.3;
/** Hits per candidate that is asked for: an entity with many aliases may fill several. */
const HITS = 4;

export class Candidates {
  private readonly names: Bm25;
  /** Of each document. */
  private readonly owners: readonly Entity[];
  private readonly phrases: Phrases;

  constructor(private readonly base: KnowledgeBase) {
    const named = [
      ...base.entities.map((entity) => ({ entity, name: entity.name })),
      ...base.entities.flatMap((entity) => entity.aliases.map((name) => ({ entity, name }))),
    ];
    const names = named.map(({ name }) => name);
    this.owners = named.map(({ entity }) => entity);
    this.names = new Bm25(names, { b: LENGTH_WEIGHT, terms: scriptTermsOf });
    this.phrases = new Phrases(names);
  }

  /** @returns those whose names the question says first, the longest of them first; then by BM25. */
  of(question: string, count: number): Entity[] {
    return [...new Set([...this.said(question), ...this.similar(question, count)])].slice(0, count);
  }

  /** By BM25 of names and aliases alone. */
  similar(question: string, count: number): Entity[] {
    const hits = this.names.top(question, count * HITS);
    const entities = hits.map(({ document }) => item(this.owners, document));
    return [...new Set(entities)].slice(0, count);
  }

  /** What the question names, by name or alias, word for word. */
  said(question: string): Entity[] {
    const said = this.phrases.in(question).toSorted((a, b) => lengthOf(b) - lengthOf(a));
    return [...new Set(said.flatMap(({ phrase }) => this.base.named(phrase)))];
  }
}

const lengthOf = ({ start, end }: { start: number; end: number }): number => end - start;
