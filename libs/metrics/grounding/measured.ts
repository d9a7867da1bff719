// A figure with how sure it is and how many questions it is taken from.

import { first } from '#collections/items.js';
import { bootstrap } from '../bootstrap.js';
import { type Interval, wilson } from '../intervals.js';
import { mean } from '../statistics.js';

export interface Measured {
  /** Null of no questions. */
  readonly value: number | null;
  /** At 95 %; null of no questions. */
  readonly interval: Interval | null;
  readonly n: number;
}

export const nothing: Measured = { value: null, interval: null, n: 0 };

/** The share that holds, with Wilson's interval. */
export function shareOf(verdicts: readonly boolean[]): Measured {
  const n = verdicts.length;
  if (n === 0) return nothing;
  const count = verdicts.filter(Boolean).length;
  return { value: count / n, interval: wilson(count, n), n };
}

/** The mean, with the bootstrap's interval over questions. */
export function meanOf(values: readonly number[]): Measured {
  if (values.length === 0) return nothing;
  return { value: mean(values), interval: bootstrap([values], first), n: values.length };
}
