// The engine's progress in the form that travels through the queue.

import type { Progress } from '#contracts/jobs.js';
import type { TrainProgress } from '#training/training-options.js';

/**
 * Numbers that are not finite are left out: JSON has none. The target's loss keeps the name that the
 * API knows it by.
 */
export function toProgress({
  step,
  totalSteps,
  state,
  targetLoss: forgetLoss,
  ...metrics
}: TrainProgress): Progress {
  const finite = Object.entries({ ...metrics, forgetLoss, ...state }).filter(([, value]) =>
    Number.isFinite(value),
  );
  return { stage: 'train', done: step, total: totalSteps, metrics: Object.fromEntries(finite) };
}
