// How much of what the model knew of the gold answers it knows still, against one that never did.

import type { Residual } from '#contracts/audit.js';
import { mean } from '#metrics/statistics.js';
import { type Interval, resampled } from './resampled.js';

/** Probabilities of one gold answer under the three models. */
export interface Known {
  readonly after: number;
  readonly before: number;
  /** 0 where there is no reference. */
  readonly reference: number;
}

/** Mean probability that the model before must have more than the reference: less is noise. */
const MARGIN = 0.05;

/**
 * (after - reference) / (before - reference), of mean probabilities.
 * @returns null for no questions, or where the model before knew no more than the reference.
 */
export function residualKnowledge(known: readonly Known[]): Residual {
  if (known.length === 0 || difference(known, 'before') < MARGIN) return null;
  const interval: Interval = resampled(known, ratio);
  return { value: ratio(known), interval };
}

const ratio = (known: readonly Known[]): number =>
  difference(known, 'after') / Math.max(difference(known, 'before'), MARGIN);

const difference = (known: readonly Known[], of: 'after' | 'before'): number =>
  mean(known.map((one) => one[of] - one.reference));
