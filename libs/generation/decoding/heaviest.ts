// The largest few of many numbers.

import { item, last } from '#collections/items.js';

type Weights = Float32Array | Float64Array;

/** An id's weight, unchecked: ids are those of the weights, and are asked for by the thousand. */
const at = (weights: Weights, id: number): number => weights[id]!;

/**
 * The k heaviest ids, heaviest first, of equals the smaller first. One pass: few of the vocabulary
 * ever enter the list, so that four at a time are told to be too light for it.
 */
export function heaviest(weights: Weights, k: number): number[] {
  const ids: number[] = [];
  if (k === 0) return ids;
  const count = weights.length;
  let id = 0;
  for (; id < Math.min(k, count); id++) insert(ids, weights, id);
  if (id === count) return ids;
  let least = at(weights, last(ids));
  const enter = (end: number): void => {
    for (; id < end; id++) {
      if (at(weights, id) <= least) continue;
      insert(ids, weights, id);
      ids.pop();
      least = at(weights, last(ids));
    }
  };
  while (id + 4 <= count) {
    const isLight =
      weights[id]! <= least &&
      weights[id + 1]! <= least &&
      weights[id + 2]! <= least &&
      weights[id + 3]! <= least;
    if (isLight) id += 4;
    else enter(id + 4);
  }
  enter(count);
  return ids;
}

/** Behind those that are no lighter. */
function insert(ids: number[], weights: Weights, id: number): void {
  const weight = at(weights, id);
  let place = ids.length;
  while (place > 0 && at(weights, item(ids, place - 1)) < weight) place--;
  ids.splice(place, 0, id);
}
