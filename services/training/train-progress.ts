// The engine's progress in the form that travels through the queue.

import type { Progress } from '#contracts/jobs.js';
import { currentContext } from '#platform/log/context.js';
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

/** Of all steps, those at which a trace hears of the training: each is one event of its span. */
const MILESTONES = 4;

/** Tells the span that is at work now. */
export function milestones(): (progress: Pick<TrainProgress, 'step' | 'totalSteps'>) => void {
  const { span } = currentContext();
  let passed = 0;
  return ({ step, totalSteps }) => {
    const reached = Math.floor((step / totalSteps) * MILESTONES);
    if (reached > passed) span?.event('steps', { 'lethe.step': step, 'lethe.steps': totalSteps });
    passed = Math.max(passed, reached);
  };
}
