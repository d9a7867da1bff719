// Figures of a run beside those that its recipe is expected to give.

import type { Expected } from './manifest.js';

export interface Comparison {
  readonly figure: string;
  readonly value: number;
  readonly expected: number;
  readonly tolerance: number;
  readonly within: boolean;
}

/** @param figures of the run, by name; one that is missing or no number is NaN, and not within any tolerance. */
export const compare = (
  expected: Expected,
  figures: Readonly<Record<string, unknown>>,
): Comparison[] =>
  Object.entries(expected).map(([figure, { value: wanted, tolerance }]) => {
    const found = figures[figure];
    const value = typeof found === 'number' ? found : Number.NaN;
    // The last bits of a sum or a difference do not count.
    const within = Math.abs(value - wanted) <= tolerance + 1e-9;
    return { figure, value, expected: wanted, tolerance, within };
  });
