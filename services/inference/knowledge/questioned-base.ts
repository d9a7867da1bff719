// A knowledge base that questions are answered from: what a question may be about, what a link leads
// to, and what an answer says of the base.

import { required } from '#collections/required.js';
import { type Entity, rowOf } from '#knowledge/entity.js';
import type { KnowledgeBase } from '#knowledge/knowledge-base.js';
import { Askable } from '#knowledge/retrieval/askable.js';
import { AskedAttributes } from '#knowledge/retrieval/asked-attributes.js';
import {
  type Candidate,
  Candidates,
  hiddenNames,
  type SaidName,
} from '#knowledge/retrieval/candidates.js';
import { type Language, languageOf } from '#knowledge/texts/language.js';
import {
  ambiguousText,
  notFoundText,
  otherNameText,
  rowText,
  unsupportedText,
} from '#knowledge/texts/render.js';
import { SaidValues, sourcesOf } from '#knowledge/texts/said-values.js';
import { spanOfPhrases } from '#knowledge/texts/span.js';
import type {
  BaseProtocol,
  CandidateTexts,
  FoundTexts,
  LinkNames,
  NamedEntity,
  Outcome,
  Span,
} from './base-protocol.js';
import { ALL_ROWS_CHARACTERS, MAX_LINKS, shownValues } from './row-limits.js';

type Asked<N extends keyof BaseProtocol['calls']> = BaseProtocol['calls'][N]['input'];

export class QuestionedBase {
  private readonly finder: Candidates;
  private readonly said: SaidValues;
  private readonly askable: Askable;
  /** By type, of those that have been asked after. */
  private readonly asked = new Map<string, AskedAttributes>();

  constructor(private readonly base: KnowledgeBase) {
    this.finder = new Candidates(base);
    this.said = new SaidValues(base);
    this.askable = new Askable(base);
  }

  /** The likeliest first; the last are left out where all would be too much. */
  candidates({
    question,
    count,
    hiddenNames: names = [],
    hidesWording = false,
  }: Asked<'candidates'>): FoundTexts {
    const hidden = hiddenNames(names);
    const { candidates, likeness } = this.finder.find(question, count, hidden);
    const words = this.finder.withoutNames(question, hidden);
    const types = new Set(candidates.map(({ entity }) => entity.type));
    const asked = { words, unknown: hidesWording ? question : undefined };
    const askedOf = new Map([...types].map((type) => [type, this.askedOf(type).of(asked)]));
    const texts = candidates.map((one) => this.textsOf(one, required(askedOf, one.entity.type)));
    return { candidates: withinLimits(texts), likeness };
  }

  /**
   * What the question names itself is neither refused for being unsure nor asked after; what it says
   * another name in the place of is not found, however sure the model is: it asks whether that is meant.
   */
  outcome({
    question,
    hiddenNames: names = [],
    link,
    rival,
    isSure,
    most,
  }: Asked<'outcome'>): Outcome {
    const language = languageOf(question);
    const hidden = hiddenNames(names);
    const said = link ? this.finder.saidNames(question, hidden) : [];
    const isNamed = link !== undefined && this.isNamed(link, said);
    const links = isNamed ? [link] : [link, rival].flatMap((one) => one ?? []);
    const meant = isSure || isNamed ? this.meantBy(said, links) : [];
    const [entity, ...others] = meant;
    if (!entity || !link) return { ...NOTHING, text: notFoundText(language) };
    const { attribute } = link;
    const told = { attribute, meant: meant.map(named) };
    if (others.length > 0)
      return { ...NOTHING, ...told, status: 'ambiguous', text: ambiguousText(meant, language) };
    if (!isNamed && this.finder.saysAnother(question, entity, said, hidden))
      return { ...NOTHING, ...told, text: otherNameText(entity, language) };
    return { attribute, ...this.rowOutcome(entity, attribute, language, most) };
  }

  isFounded({ question, entityId, attribute, text, isWhole }: Asked<'isFounded'>): boolean {
    const entity = this.base.get(entityId);
    if (!entity) return false;
    const sources = sourcesOf(question, entity, attribute);
    if (isWhole && !spanOfPhrases(text, sources.values)) return false;
    return this.said.unfounded(text, sources).length === 0;
  }

  /** From the first value to the last; the whole text where it says none. */
  spanOf(text: string, values: readonly string[]): Span {
    return spanOfPhrases(text, values) ?? { start: 0, end: text.length };
  }

  private rowOutcome(entity: Entity, attribute: string, language: Language, most: number): Outcome {
    const row = rowOf(entity, attribute);
    if (!row) {
      const text = unsupportedText(entity, language);
      return { ...NOTHING, status: 'unsupported', entity: named(entity), text };
    }
    const values = shownValues(row.values, most);
    return {
      ...NOTHING,
      status: 'grounded',
      entity: named(entity),
      values,
      valuesLeftOut: row.values.length - values.length,
      text: rowText({ ...row, values }, language),
    };
  }

  /** Whether the question says what the link means by name, and names nothing else that it may mean. */
  private isNamed({ name, attribute }: LinkNames, said: readonly SaidName[]): boolean {
    const those = this.having(attribute, this.base.named(name));
    return those.some((entity) => this.askable.isMeantAlone(entity, attribute, said));
  }

  /** All that links may mean, and what the question may mean by the name that it says. */
  private meantBy(said: readonly SaidName[], links: readonly LinkNames[]): Entity[] {
    const meant = links.flatMap(({ name, attribute }) => {
      const those = this.having(attribute, this.base.named(name));
      if (those.length > 1) return saidAlone(said, those);
      return those.flatMap((entity) => this.sharing(said, attribute, entity));
    });
    return [...new Set(meant)];
  }

  /** A model tells by its name what the question may have said by a name of several. */
  private sharing(said: readonly SaidName[], attribute: string, entity: Entity): readonly Entity[] {
    const having = said.map(({ entities }) => this.having(attribute, entities));
    const own = having.filter((those) => those.includes(entity));
    const isShared = own.length > 0 && own.every(({ length }) => length > 1);
    return isShared ? own.flat() : [entity];
  }

  private having(attribute: string, entities: readonly Entity[]): readonly Entity[] {
    return this.askable.having(attribute, entities);
  }

  private askedOf(type: string): AskedAttributes {
    const known = this.asked.get(type) ?? new AskedAttributes(this.askable.attributes(type));
    this.asked.set(type, known);
    return known;
  }

  /** An alias that is another's name means that one. */
  private textsOf({ entity, score }: Candidate, asked: readonly number[]): CandidateTexts {
    const attributes = this.askable.attributes(entity.type);
    const names = [entity.name, ...entity.aliases];
    return {
      ...named(entity),
      score,
      names: names.filter((name) => this.base.named(name).includes(entity)),
      attributes,
      asked,
      rows: attributes.map((attribute) => shownValues(entity.attributes.get(attribute) ?? [])),
    };
  }
}

const NOTHING = { status: 'not_found', values: [], valuesLeftOut: 0, meant: [] } as const;

/** A name of several means those that the question says by names of their own; else all. */
function saidAlone(names: readonly SaidName[], those: readonly Entity[]): readonly Entity[] {
  const alone = names.filter(({ entities }) => entities.length === 1);
  const said = those.filter((entity) => alone.some(({ entities: [one] }) => one === entity));
  return said.length > 0 ? said : those;
}

const named = ({ id, name, type }: Entity): NamedEntity => ({ id, name, type });

/** The first alone may have too many names: its last are left out. */
function withinLimits(all: readonly CandidateTexts[]): CandidateTexts[] {
  const kept: CandidateTexts[] = [];
  let [links, characters] = [0, 0];
  for (const one of all) {
    const names = one.names.slice(0, Math.ceil(MAX_LINKS / Math.max(1, one.attributes.length)));
    links += names.length * one.attributes.length;
    characters += one.rows.flat().reduce((sum, value) => sum + value.length, 0);
    const isTooMuch = links > MAX_LINKS || characters > ALL_ROWS_CHARACTERS;
    if (kept.length > 0 && isTooMuch) return kept;
    kept.push({ ...one, names });
  }
  return kept;
}
