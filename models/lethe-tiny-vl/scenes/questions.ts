// Is an object in the picture? As POPE asks (Li et al. 2023, arXiv 2305.10355), as often yes as no.

import type { Random } from '#runtime/random.js';
import { shuffled } from './draws.js';
import { contexts, objectNames, type ObjectName, withArticle } from './objects.js';
import type { Scene } from './scene.js';

export interface YesNoQuestion {
  readonly object: ObjectName;
  readonly question: string;
  readonly answer: 'Yes' | 'No';
}

/** Of what is not there, POPE asks for any, for what is there most often, or for what belongs there. */
export const popeSplits = ['random', 'popular', 'adversarial'] as const;
export type PopeSplit = (typeof popeSplits)[number];

/** Of each answer, of one picture. */
const EACH = 3;

/** At most three of each answer; as many of both, in any order. */
export function yesNoQuestions(scene: Scene, random: Random, split: PopeSplit): YesNoQuestion[] {
  const there = shuffled(random, scene.objects).slice(0, EACH);
  const absent = absentObjects(scene, random, split).slice(0, there.length);
  return shuffled(random, [
    ...there.map((object) => asked(object, 'Yes')),
    ...absent.map((object) => asked(object, 'No')),
  ]);
}

const asked = (object: ObjectName, answer: YesNoQuestion['answer']): YesNoQuestion => ({
  object,
  question: `Is there ${withArticle(object)} in the image?`,
  answer,
});

/** In the order in which they are asked for: of equals, any first. */
function absentObjects(scene: Scene, random: Random, split: PopeSplit): ObjectName[] {
  const absent = shuffled(random, objectNames).filter((name) => !scene.objects.includes(name));
  const own: readonly ObjectName[] = contexts[scene.context];
  const rank = ranks[split];
  return absent.toSorted((a, b) => rank(a, own) - rank(b, own));
}

/** The smallest is asked for first. */
const ranks: Readonly<Record<PopeSplit, (name: ObjectName, own: readonly ObjectName[]) => number>> =
  {
    random: () => 0,
    popular: usualness,
    adversarial: (name, own) => usualness(name) + (own.includes(name) ? 0 : own.length),
  };

/** 0 for the most usual object of a place. */
function usualness(name: ObjectName): number {
  const places = Object.values(contexts).map((names: readonly ObjectName[]) => names.indexOf(name));
  return Math.max(...places);
}
