// By how much one model's values exceed another's, question by question.

import { first } from '#collections/items.js';
import { bootstrap } from '#metrics/bootstrap.js';
import type { Interval } from '#metrics/intervals.js';

/** By the index of the question. */
export type Values = ReadonlyMap<number, number>;

/** Of the mean, at 95 %, over questions that both have; null where there are none. */
export function pairedDifference(after: Values, reference: Values): Interval | null {
  const differences = [...after].flatMap(([index, value]) => {
    const other = reference.get(index);
    return other === undefined ? [] : [value - other];
  });
  return differences.length > 0 ? bootstrap([differences], first) : null;
}
