// The largest few of many numbers.

import { item, last } from '#collections/items.js';

/** An id's weight, unchecked: ids are those of the weights, and are asked for by the thousand. */
const at = (weights: Float32Array | Float64Array, id: number): number => weights[id]!;

/**
 * The k heaviest ids, heaviest first, of equals the smaller first. One pass: few of the vocabulary
 * ever enter the list.
 */
export function heaviest(weights: Float32Array | Float64Array, k: number): number[] {
  const ids: number[] = [];
  if (k === 0) return ids;
  let least = -Infinity;
  for (let id = 0; id < weights.length; id++) {
    const weight = at(weights, id);
    if (ids.length === k && weight <= least) continue;
    let place = ids.length;
    while (place > 0 && at(weights, item(ids, place - 1)) < weight) place--;
    ids.splice(place, 0, id);
    if (ids.length > k) ids.pop();
    least = at(weights, last(ids));
  }
  return ids;
}
