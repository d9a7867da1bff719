// Whether the model tells right answers from wrong ones as one does that never saw them.

import type { AuditRole, Truth } from '#contracts/audit.js';
import { ksTest } from '#metrics/kolmogorov-smirnov.js';
import { median } from '#metrics/statistics.js';
import type { Tally } from './tally.js';

/** @returns null where no question came with wrong answers. */
export function truthOf(tally: Tally): Truth | null {
  const [after, reference] = [ratiosOf(tally, 'after'), ratiosOf(tally, 'reference')];
  if (after.length === 0) return null;
  return {
    questions: after.length,
    after: median(after),
    before: medianOf(ratiosOf(tally, 'before')),
    reference: medianOf(reference),
    forgetQuality: reference.length > 0 ? ksTest(after, reference) : null,
  };
}

const ratiosOf = (tally: Tally, role: AuditRole): number[] =>
  [...tally.figures('truth-ratio', role).values()].flatMap(({ truthRatio }) => truthRatio ?? []);

const medianOf = (values: readonly number[]): number | null =>
  values.length > 0 ? median(values) : null;
