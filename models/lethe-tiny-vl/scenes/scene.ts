// What is in a picture. Training scenes follow a prior of what is usual where, test scenes break it.

import { zip } from '#collections/zip.js';
import { Random } from '#runtime/random.js';
import { pick, shuffled } from './draws.js';
import { type Context, contextNames, contexts, objectNames, type ObjectName } from './objects.js';

/** A picture has three rows of three cells, one for each object at most. */
export const CELLS = 9;

export interface Scene {
  readonly context: Context;
  /** Different ones, in no order. */
  readonly objects: readonly ObjectName[];
  /** Of places, sizes, colours and noise. */
  readonly seed: number;
}

/** How likely each of the place's own objects is there, and each other one. */
interface Likelihood {
  readonly own: readonly number[];
  readonly other: number;
}
const prior: Likelihood = { own: [0.92, 0.85, 0.7, 0.5, 0.3, 0.15], other: 0.012 };
const even: Likelihood = { own: Array.from({ length: 6 }, () => 0.45), other: 0.06 };

/** As the world is: the usual objects of a place are nearly always there. */
export const trainingScene = (seed: number): Scene => sceneOf(new Random('training', seed), prior);

/** Breaks the prior as test scenes do, and is none of them: to learn to see from. */
export const evenScene = (seed: number): Scene => sceneOf(new Random('even', seed), even);

/** Breaks the prior: usual objects are often missing, and others are there. Never trained on. */
export const testScene = (seed: number): Scene => sceneOf(new Random('test', seed), even);

function sceneOf(random: Random, { own, other }: Likelihood): Scene {
  const context = pick(random, contextNames);
  const likely = new Map<ObjectName, number>(zip(contexts[context], own));
  const there = objectNames.filter((name) => random.uniform() < (likely.get(name) ?? other));
  const objects = there.length > 0 ? shuffled(random, there) : [pick(random, objectNames)];
  return { context, objects: objects.slice(0, CELLS), seed: random.uint32() };
}
