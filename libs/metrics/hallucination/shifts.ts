// Whether a gain comes with a shift that could make it: whoever says less, or says yes less often, has
// other scores without seeing better.

import { required } from '#collections/required.js';
import type { Measured } from './paired.js';

export interface Watched {
  /** Figures that may gain, and which way is better. */
  readonly gains: Readonly<Record<string, 'high' | 'low'>>;
  /** Figures whose move in either direction, or whose fall, makes a gain doubtful. */
  readonly moves: readonly string[];
  readonly falls: readonly string[];
}

/**
 * A sentence for each figure that moved together with a gain, both beyond their 95 % intervals. None
 * without a baseline.
 */
export function shiftsOf(figures: Readonly<Record<string, Measured>>, watched: Watched): string[] {
  const gained = Object.entries(watched.gains).flatMap(([name, better]) =>
    direction(figures, name) === (better === 'high' ? 1 : -1) ? [name] : [],
  );
  if (gained.length === 0) return [];
  const moved = watched.moves.filter((name) => direction(figures, name) !== 0);
  const fell = watched.falls.filter((name) => direction(figures, name) === -1);
  return [...moved, ...fell].map((name) => {
    const { difference } = required(figures, name);
    return `the gain in ${gained.join(', ')} comes with a shift of ${name} by ${shown(difference)}, beyond chance: it may be no better sight`;
  });
}

/** Of a difference whose interval excludes 0; otherwise 0. */
function direction(figures: Readonly<Record<string, Measured>>, name: string): -1 | 0 | 1 {
  const [low, high] = required(figures, name).difference?.interval ?? [0, 0];
  if (low > 0) return 1;
  return high < 0 ? -1 : 0;
}

const shown = (difference: Measured['difference']): string =>
  difference
    ? `${signed(difference.value)} [${difference.interval.map(signed).join(', ')}]`
    : 'nothing';
const signed = (value: number): string => `${value > 0 ? '+' : ''}${value.toFixed(1)}`;
