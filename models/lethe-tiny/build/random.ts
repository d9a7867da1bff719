// Draws for the corpus, on the engine's seeded generator.

import { Random } from '#runtime/random.js';

export type { Random };

export const seeded = (seed: number): Random => new Random('lethe-tiny', seed);

export const pick = <T>(random: Random, list: readonly T[]): T => list[random.below(list.length)]!;

/** A shuffled copy. */
export const shuffle = <T>(random: Random, list: readonly T[]): T[] =>
  random.permutation(list.length).map((i) => list[i]!);

/** `count` different items, or all where there are fewer. */
export const sample = <T>(random: Random, list: readonly T[], count: number): T[] =>
  shuffle(random, list).slice(0, count);
