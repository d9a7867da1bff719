// Questions of MedQuAD's types about diseases of the Disease Ontology, worded as MedQuAD words them
// (Ben Abacha and Demner-Fushman, 2019), with what answers them.

import type { z } from 'zod';
import { item } from '#collections/items.js';
import { spread } from '#collections/spread.js';
import type { Entity } from '#knowledge/entity.js';
import type { labelledSchema } from './labelled.js';

type Label = z.infer<typeof labelledSchema>;

/** Attributes that answer it, any of them; none: the ontology says nothing of the kind. */
interface QuestionType {
  readonly attributes: readonly string[];
  readonly worded: (name: string) => string;
}

const answered: readonly QuestionType[] = [
  { attributes: ['symptom'], worded: (name) => `What are the symptoms of ${name} ?` },
  { attributes: ['cause', 'driver'], worded: (name) => `What causes ${name} ?` },
  { attributes: ['inheritance'], worded: (name) => `Is ${name} inherited ?` },
  { attributes: ['susceptibility'], worded: (name) => `Who is at risk for ${name}? ?` },
];
const unanswered: readonly QuestionType[] = [
  { attributes: [], worded: (name) => `What are the treatments for ${name} ?` },
  { attributes: [], worded: (name) => `How to prevent ${name} ?` },
  { attributes: [], worded: (name) => `What is the outlook for ${name} ?` },
];

/** Of each kind, and each type, so many. */
const EACH = 30;
const ABSENT = 40;

/**
 * The same entities give the same questions.
 * @returns them, and the entities without those that are asked for as absent.
 */
export function medquadQuestions(entities: readonly Entity[]): {
  questions: Label[];
  kept: Entity[];
} {
  const absent = new Set(spread(entities, ABSENT));
  const kept = entities.filter((entity) => !absent.has(entity));
  const aliased = kept.filter(({ aliases }) => aliases.length > 0);
  return {
    kept,
    questions: [
      ...answered.flatMap((type) => ofKind('exact', kept, type, ({ name }) => name)),
      ...answered.flatMap((type) =>
        ofKind('synonym', aliased, type, ({ name, aliases }) => aliases[0] ?? name),
      ),
      ...unanswered.flatMap((type, i) =>
        spread(kept.slice(i), EACH / unanswered.length).map((entity) =>
          labelOf('exact', entity, type, entity.name),
        ),
      ),
      ...[...absent].map((entity, i) => {
        const type = item(answered, i % answered.length);
        return { ...labelOf('absent', entity, type, entity.name), entities: [] };
      }),
    ],
  };
}

function ofKind(
  kind: Label['kind'],
  entities: readonly Entity[],
  type: QuestionType,
  nameOf: (entity: Entity) => string,
): Label[] {
  const fitting = entities.filter((entity) => hasOne(entity, type));
  return spread(fitting, EACH).map((entity) => labelOf(kind, entity, type, nameOf(entity)));
}

const labelOf = (kind: Label['kind'], entity: Entity, type: QuestionType, name: string): Label => ({
  question: type.worded(name),
  kind,
  entities: [entity.id],
  attributes: [...type.attributes],
  answerable: kind !== 'absent' && hasOne(entity, type),
});

const hasOne = ({ attributes }: Entity, type: QuestionType): boolean =>
  type.attributes.some((attribute) => attributes.has(attribute));
