// Which way a figure is better, of a model that is to forget one set and to know the other still.

import { isSeeing, type TaskName } from './tasks.js';

const lower =
  /^(?:leak(?:Share|At\d+|Bound)|(?:goldProb|rouge[1L])Forget|direct|after(?:First|Three|Quarter)|exactMemorisation|extractionStrength|next|held|paraphraseProbability|rightShare|accuracy)$/;
const higher =
  /^(?:k[fr]r|verdict|(?:goldProb|rouge[1L])Retain|(?:ls|medianLs|relevance|fluency)(?:Forget|Retain)|forgettingForget|retentionRetain|loss|zlib|minK|minKPlusPlus|gradientNorm)$/;

/** Of pictures: is what a model says it sees there? How long it speaks, and how often it says yes, are to stay as they are. */
const seen: Readonly<Record<string, boolean>> = {
  CHAIRs: false,
  CHAIRi: false,
  recall: true,
  accuracy: true,
  'accuracy+': true,
  precision: true,
  F1: true,
  score: true,
};

/** Null where neither way is better, or that depends on a reference. */
export function higherIsBetter(task: TaskName, metric: string): boolean | null {
  // What no model was taught is there to be compared with.
  if (task === 'holdout' || task === 'holdout-gradient') return null;
  if (isSeeing(task)) return seen[metric] ?? null;
  if (higher.test(metric)) return true;
  return lower.test(metric) ? false : null;
}
