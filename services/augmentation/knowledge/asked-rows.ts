// Questions for a row of the base, each with what its words name.

import type { Naming } from '#contracts/knowledge-tuning-set.js';
import type { Entity, Row } from '#knowledge/entity.js';
import { questionOf } from '#knowledge/questions/questions.js';
import { normalText } from '#knowledge/texts/normal-text.js';
import type { Dictionary } from './dictionary.js';
import type { NamedEntity } from './named-entity.js';

export interface AskedRow {
  readonly row: Row;
  readonly question: string;
  readonly naming: Naming;
  /** Absent: the base has no such entity. */
  readonly linked?: string;
  /** An alias that it says, and that the base is to be asked without. */
  readonly hidden?: string;
}

export const askedRow = (row: Row, wording: string, named: NamedEntity): AskedRow => {
  const { name, ...known } = named;
  const question = questionOf(wording, name, row.attribute);
  return { row, question, ...known };
};

/** Whether a question's words mean what it is to be linked to, as far as the base can tell. */
export function isLinked(
  { row: { entity }, question, naming }: AskedRow,
  dictionary: Dictionary,
): boolean {
  if (naming === 'absent') return dictionary.longest(question).length === 0;
  if (naming === 'noisy') return namesNoOther(dictionary.longest(question), entity);
  return dictionary.means(question, entity);
}

const namesNoOther = (named: readonly Entity[], entity: Entity): boolean =>
  named.every((one) => one === entity);

/** Whether another wording still names the entity as the first does. */
export const keepsName = (wording: string, name: string): boolean =>
  normalText(wording).includes(normalText(name));
