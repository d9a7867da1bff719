// The target examples, each beside the answer that is preferred to its own where the
// objective compares the two.

import { item } from '#collections/items.js';
import { type ObjectiveName, objectives } from '#contracts/objectives/index.js';
import type { EncodedExample } from '#models/text/encode-example.js';
import type { TrainExample } from '#models/types.js';
import { Random } from '#runtime/random.js';
import { TrainingError } from '../errors/training.error.js';
import type { TargetExample } from '../training-options.js';
import { placeOf } from './example-place.js';
import { unknowingAnswers } from './unknowing-answers.js';

type Example = TrainExample | EncodedExample;

export interface TargetPairs {
  readonly target: readonly Example[];
  /** One for each of `target`, or none at all. */
  readonly alternate: readonly Example[];
}

/**
 * An example with several alternates stands in as many pairs.
 * @throws TrainingError for an example without any, where the objective needs one.
 */
export function targetPairs(
  examples: readonly TargetExample[],
  objective: ObjectiveName,
  seed: number,
): TargetPairs {
  const from = objectives[objective].alternate;
  if (!from) return { target: examples, alternate: [] };
  const pairs = examples.flatMap((example, i) => {
    const alternates = alternatesOf(example, i, from === 'unknowing', seed);
    if (alternates.length === 0)
      throw new TrainingError(
        `${placeOf(example, 'target', i)} has no alternate answer, which ${objective} needs: give it an "alternate"`,
      );
    return alternates.map((alternate) => ({ example, alternate }));
  });
  return {
    target: pairs.map(({ example }) => example),
    alternate: pairs.map(({ alternate }) => alternate),
  };
}

/**
 * @param unknowing the answer is drawn from a list, for each example the same throughout a run;
 * encoded examples bring theirs.
 */
function alternatesOf(
  example: TargetExample,
  index: number,
  unknowing: boolean,
  seed: number,
): Example[] {
  if ('ids' in example) return [...(example.alternates ?? [])];
  const { alternates = [], ...given } = example;
  const drawn = () =>
    item(unknowingAnswers, new Random(seed, 'unknowing', index).below(unknowingAnswers.length));
  return (unknowing ? [drawn()] : alternates).map((alternate) => ({
    ...given,
    ...(typeof alternate === 'string' ? { answer: alternate } : alternate),
  }));
}
