// Entities that questions are taught about, and those that are held back for evaluation.

import type { Entity } from '#knowledge/entity.js';
import { seededRandom, shuffle } from '../augment/random.js';

/** Of all entities that have rows; a base of fewer than the inverse holds none back. */
const HELD_BACK = 0.2;
/** Entities held back per question of a split: few of them have aliases. */
const PER_QUESTION = 5;

export interface EntitySplit {
  /** Each in an order of the seed's. */
  readonly taught: readonly Entity[];
  readonly heldBack: readonly Entity[];
}

/** @param questions of a split of the evaluation. */
export function splitEntities(
  entities: readonly Entity[],
  seed: number,
  questions: number,
): EntitySplit {
  const withRows = entities.filter(({ attributes }) => attributes.size > 0);
  const shuffled = shuffle(seededRandom(seed, 'entities'), withRows);
  const count = Math.min(Math.floor(shuffled.length * HELD_BACK), questions * PER_QUESTION);
  return { heldBack: shuffled.slice(0, count), taught: shuffled.slice(count) };
}
