// Which states of a network lead to the end of their rule: the others would be dead ends.

import { item } from '#collections/items.js';

export interface NetworkEdge {
  readonly from: number;
  readonly target: number;
  /** Start of the rule that is called before the target is reached. */
  readonly called: number | undefined;
}

/** @param ends of rules. @returns the states that lead to one. */
export function productiveStates(
  count: number,
  edges: readonly NetworkEdge[],
  ends: Iterable<number>,
): ReadonlySet<number> {
  /** By the states that they wait for. */
  const waiting = Array.from({ length: count }, (): NetworkEdge[] => []);
  for (const edge of edges) {
    item(waiting, edge.target).push(edge);
    if (edge.called !== undefined) item(waiting, edge.called).push(edge);
  }
  const found = new Set(ends);
  // What is added while a set is walked is walked, too.
  for (const state of found)
    for (const { from, target, called } of item(waiting, state))
      if (found.has(target) && (called === undefined || found.has(called))) found.add(from);
  return found;
}
