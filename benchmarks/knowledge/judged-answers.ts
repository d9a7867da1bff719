// Answers held against the base and the labels.

import type { GroundedAnswer } from '#client/types.js';
import { zip } from '#collections/zip.js';
import { rowOf } from '#knowledge/entity.js';
import type { KnowledgeBase } from '#knowledge/knowledge-base.js';
import { languageOf } from '#knowledge/texts/language.js';
import { normalText } from '#knowledge/texts/normal-text.js';
import { Phrases } from '#knowledge/texts/phrases.js';
import { rowText } from '#knowledge/texts/render.js';
import { SaidValues, sourcesOf } from '#knowledge/texts/said-values.js';
import type { Link, Spoken } from '#metrics/grounding/answer.js';
import type { Labelled } from './labelled.js';
import type { System } from './table.js';

export class JudgedAnswers {
  private readonly said: SaidValues;

  constructor(private readonly base: KnowledgeBase) {
    this.said = new SaidValues(base);
  }

  /** Of a model that answered from the base. */
  grounded(
    name: string,
    questions: readonly Labelled[],
    answers: readonly GroundedAnswer[],
  ): System {
    const judged = zip(questions, answers).map(([asked, answer]) => {
      const { status, link, mass, margin, candidates, guarded } = answer.knowledge;
      const [citation] = answer.annotations;
      const {
        values = [],
        start_index: start = 0,
        end_index: end = 0,
      } = citation?.kb_citation ?? {};
      const named = link && { entity: link.entity_id, attribute: link.attribute };
      const span = answer.content.slice(start, end);
      return {
        ...asked,
        ...(named ? { link: named } : {}),
        isGrounded: status === 'grounded',
        mass,
        margin,
        candidates: candidates.map(({ entity_id: id }) => id),
        ...this.spoken(asked, answer.content, named ?? undefined),
        guarded,
        cited: normal(values),
        citedAndSaid: normal(new Phrases(values).in(span).map(({ phrase }) => phrase)),
      };
    });
    return { name, answers: judged, spoken: judged.filter(({ isGrounded }) => isGrounded) };
  }

  /** Of a model that answered without it: what it says of the right rows. */
  closedBook(name: string, questions: readonly Labelled[], texts: readonly string[]): System {
    const spoken = zip(questions, texts)
      .filter(([{ answerable }]) => answerable)
      .map(([asked, text]) => this.spoken(asked, text, undefined));
    return { name, answers: [], spoken };
  }

  /**
   * Of a model that said a link as a text, with no base to hold it to: it is looked up as it is spelt,
   * as in the paper, and a name that is not in the base leads nowhere.
   */
  lookedUp(name: string, questions: readonly Labelled[], texts: readonly string[]): System {
    const answers = zip(questions, texts).map(([asked, text]) => {
      const [said = '', attribute = ''] = (text.split('\n')[0] ?? '').split(' | ');
      const entity = this.base.entities.find((one) => one.name === said.trim());
      const link = entity && { entity: entity.id, attribute: attribute.trim() };
      return {
        ...asked,
        ...(link ? { link } : {}),
        isGrounded: !!entity && rowOf(entity, attribute.trim()) !== undefined,
        mass: 0,
        margin: 0,
        candidates: [],
      };
    });
    return { name, answers };
  }

  private spoken(asked: Labelled, text: string, link: Link | undefined): Spoken {
    const right = this.rightRow(asked, link);
    // Who read nothing is held to what would have been right.
    const read = link ?? (right && { entity: right.entity.id, attribute: right.attribute });
    const entity = read && this.base.get(read.entity);
    const sources = sourcesOf(asked.question, entity, read?.attribute);
    return {
      text,
      gold: right ? rowText(right, languageOf(asked.question)) : '',
      row: normal(right?.values ?? []),
      said: normal(this.said.in(text)),
      unfounded: normal(this.said.unfounded(text, sources)),
      guarded: false,
      cited: [],
      citedAndSaid: [],
    };
  }

  /** The one that was named, where it is right; else the first that is. */
  private rightRow({ entities, attributes }: Labelled, link: Link | undefined) {
    const ids = link && entities.includes(link.entity) ? [link.entity] : entities;
    const rows = ids.flatMap((id) => {
      const entity = this.base.get(id);
      return entity ? attributes.flatMap((attribute) => rowOf(entity, attribute) ?? []) : [];
    });
    return rows.find(({ attribute }) => attribute === link?.attribute) ?? rows[0];
  }
}

/** Equal ones are one. */
const normal = (values: readonly string[]): string[] => [...new Set(values.map(normalText))];
