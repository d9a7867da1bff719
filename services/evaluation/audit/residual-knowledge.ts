// How much of what the model knew of the gold answers it knows still, against one that never did.

import { item } from '#collections/items.js';
import type { Residual } from '#contracts/audit.js';
import { bootstrap } from '#metrics/bootstrap.js';
import { mean } from '#metrics/statistics.js';

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
  const gained = (of: 'after' | 'before') => known.map((one) => one[of] - one.reference);
  const columns = [gained('after'), gained('before')];
  const means = columns.map(mean);
  if (known.length === 0 || item(means, 1) < MARGIN) return null;
  return { value: ratio(means), interval: bootstrap(columns, ratio) };
}

const ratio = ([after = 0, before = 0]: readonly number[]): number =>
  after / Math.max(before, MARGIN);
