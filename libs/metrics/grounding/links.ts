// Does the model name the right row? Of links before any threshold: a model that names nothing is
// wrong where there was a row to name.

import {
  isAnswerable,
  isAttributeRight,
  isEntityRight,
  isRowRight,
  type Linked,
} from './answer.js';
import { type Measured, shareOf } from './measured.js';

export interface LinkFigures {
  /** Of questions about an entity of the base: any of a question's entities counts. */
  readonly entity: Measured;
  /** Of questions for an attribute that the base has, whether it has the entity or not. */
  readonly attribute: Measured;
  /** Of questions that a row answers: both at once, which the paper calls knowledge acquisition. */
  readonly row: Measured;
}

export function linkFigures(answers: readonly Linked[]): LinkFigures {
  const known = answers.filter(({ entities }) => entities.length > 0);
  const asked = answers.filter(({ attributes }) => attributes.length > 0);
  return {
    entity: shareOf(known.map(isEntityRight)),
    attribute: shareOf(asked.map(isAttributeRight)),
    row: shareOf(answers.filter(isAnswerable).map(isRowRight)),
  };
}

/** Of questions about an entity of the base: whether one of theirs is among the first `k`. */
export const candidateRecall = (answers: readonly Linked[], k: number): Measured =>
  shareOf(
    answers
      .filter(({ entities }) => entities.length > 0)
      .map(({ entities, candidates }) =>
        candidates.slice(0, k).some((candidate) => entities.includes(candidate)),
      ),
  );
