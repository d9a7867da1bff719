// A knowledge base that answers are held against.

import type { KnowledgeQuestion } from '#contracts/knowledge-questions.js';
import { type Entity, type Row, rowOf } from '#knowledge/entity.js';
import type { KnowledgeBase } from '#knowledge/knowledge-base.js';
import { Askable } from '#knowledge/retrieval/askable.js';
import { Candidates, hiddenNames } from '#knowledge/retrieval/candidates.js';
import { languageOf } from '#knowledge/texts/language.js';
import { normalText } from '#knowledge/texts/normal-text.js';
import { Phrases } from '#knowledge/texts/phrases.js';
import { rowText } from '#knowledge/texts/render.js';
import { SaidValues, sourcesOf } from '#knowledge/texts/said-values.js';
import type { GroundedText, ReadText } from './base-protocol.js';

export class JudgedBase {
  private readonly values: SaidValues;
  private readonly finder: Candidates;
  private readonly askable: Askable;

  constructor(private readonly base: KnowledgeBase) {
    this.values = new SaidValues(base);
    this.finder = new Candidates(base);
    this.askable = new Askable(base);
  }

  candidates(question: string, count: number, hidden: readonly string[]): string[] {
    return this.finder.of(question, count, hiddenNames(hidden)).map(({ id }) => id);
  }

  said(text: string): string[] {
    return normal(this.values.in(text));
  }

  read(asked: KnowledgeQuestion, { text, link, values, start, end }: GroundedText): ReadText {
    const right = this.rightRow(asked, link?.entity);
    const entity = link && this.base.get(link.entity);
    const sources = sourcesOf(asked.question, entity, link?.attribute);
    return {
      isNamed: entity !== undefined && this.isNamed(asked, entity, link?.attribute ?? ''),
      gold: right ? rowText(right, languageOf(asked.question)) : '',
      row: normal(right?.values ?? []),
      said: this.said(text),
      unfounded: normal(this.values.unfounded(text, sources)),
      cited: normal(values),
      citedAndSaid: normal(new Phrases(values).in(text.slice(start, end)).map((one) => one.phrase)),
    };
  }

  private isNamed({ question, hidden }: KnowledgeQuestion, entity: Entity, attribute: string) {
    const names = hiddenNames(hidden === undefined ? [] : [hidden]);
    const said = this.finder.saidNames(question, names);
    return this.askable.isMeantAlone(entity, attribute, said);
  }

  /** Of several entities that are right, the one that was named. */
  private rightRow(
    { entities, attribute }: KnowledgeQuestion,
    named: string | undefined,
  ): Row | undefined {
    if (attribute === undefined) return undefined;
    const ids = named !== undefined && entities.includes(named) ? [named] : entities;
    const rows = ids.flatMap((id) => {
      const entity = this.base.get(id);
      return (entity && rowOf(entity, attribute)) ?? [];
    });
    return rows[0];
  }
}

/** Equal ones are one. */
const normal = (values: readonly string[]): string[] => [...new Set(values.map(normalText))];
