// Which values of a base a text says, and what of the base it made up. The guard, what is taught and the
// figures go by this alone: what the guard lets through is not made up by any figure.

import type { Entity } from '../entity.js';
import type { KnowledgeBase } from '../knowledge-base.js';
import { spokenAttribute } from './attribute.js';
import { normalText } from './normal-text.js';
import { Phrases, saysWhole } from './phrases.js';
import { WrongNames } from './wrong-names.js';

/** What an answer may be from. */
export interface Sources {
  readonly question: string;
  /** Of the entity. */
  readonly names: readonly string[];
  /** Its name may be a value elsewhere: an answer on prevention says so. */
  readonly attribute: string;
  /** Of the row. */
  readonly values: readonly string[];
}

/** The row of an entity, its own names and the question; without an entity the question alone. */
export const sourcesOf = (
  question: string,
  entity: Entity | undefined,
  attribute = '',
): Sources => ({
  question,
  names: entity ? [entity.name, ...entity.aliases] : [],
  attribute: entity ? attribute : '',
  values: entity?.attributes.get(attribute) ?? [],
});

export class SaidValues {
  private readonly phrases: Phrases;
  private readonly wrongNames: WrongNames;

  constructor(base: KnowledgeBase) {
    this.phrases = new Phrases(
      base.entities.flatMap(({ attributes }) => [...attributes.values()].flat()),
    );
    this.wrongNames = new WrongNames(base);
  }

  /** In the order in which they are said, each once. A value inside a longer one is not said. */
  in(text: string): string[] {
    return [...new Set(this.phrases.in(text).map(({ phrase }) => phrase))];
  }

  /**
   * What an answer says of the base that is in none of its sources: values, names of other entities, and
   * those of its own miswritten. Made up, as far as the base can tell. A value that is a list is not,
   * where its items are in them: some bases have `fever; cough` as a value of one row and as two of
   * another.
   */
  unfounded(answer: string, { question, names, attribute, values: read }: Sources): string[] {
    // Some bases have 感染的治疗, the treatment of infections, as a name.
    const joined = names.map((name) => `${name}的${attribute}`);
    const own = [...names, ...joined, attribute, spokenAttribute(attribute), ...read];
    const sources = normalText([question, ...own].join('\n'));
    const values = this.in(answer).filter(
      (value) => !itemsOf(normalText(value)).every((item) => saysWhole(sources, item)),
    );
    const said = new Set(values.map(normalText));
    const wrong = this.wrongNames.in(answer, sources, names).filter((name) => !said.has(name));
    return [...values, ...wrong];
  }
}

/** Of a normal text. Neither the comma in 1,000 nor the colon in 8:00 stands between two items. */
const BETWEEN = /[;、。!?…]|[.](?=\s|$)|[,:](?!\d)|(?<!\d)[,:]/u;

/** @returns the text itself where it is no list. */
const itemsOf = (text: string): string[] =>
  text
    .split(BETWEEN)
    .map((item) => item.trim())
    .filter((item) => item !== '');
