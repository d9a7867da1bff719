// Draws from lists, on the engine's seeded generator.

import { item } from '#collections/items.js';
import type { Random } from '#runtime/random.js';

export const pick = <T>(random: Random, list: readonly T[]): T =>
  item(list, random.below(list.length));

/** A shuffled copy. */
export const shuffled = <T>(random: Random, list: readonly T[]): T[] =>
  random.permutation(list.length).map((i) => item(list, i));
