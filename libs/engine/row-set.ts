// Rows of a step and how they are grouped into runs of the graph.
import type { EncodedRow } from '#models/encode-row.js';
import { Random } from './random.js';

export type SideName = 'forget' | 'retain';

/** A row with its place in its set, by which what is known of it can be looked up. */
export interface StepRow extends EncodedRow {
  readonly side: SideName;
  readonly index: number;
}

/** Forget rows by step: every epoch its own order, the last step of an epoch may be smaller. */
export interface Plan {
  readonly totalSteps: number;
  rowsOf(step: number): number[];
}

export function planRun(rows: number, stepRows: number, epochs: number, maxSteps: number | undefined, seed: number): Plan {
  const perEpoch = Math.ceil(rows / stepRows);
  const totalSteps = Math.min(perEpoch * epochs, maxSteps ?? Infinity);
  let known: { epoch: number; order: number[] } | undefined;
  const orderOf = (epoch: number): number[] => {
    if (known?.epoch !== epoch) known = { epoch, order: new Random(seed, 'order', epoch).permutation(rows) };
    return known.order;
  };
  return {
    totalSteps,
    rowsOf: (step) => {
      const at = (step % perEpoch) * stepRows;
      return orderOf(Math.floor(step / perEpoch)).slice(at, at + stepRows);
    },
  };
}

/** What one more run of the graph costs, in tokens that could have gone through instead. */
const RUN_COST = 64;

/**
 * Groups rows of similar length so that padding plus the cost of runs is least, each group within `maxTokens`
 * padding included (a longer row stands alone). Exact: groups are contiguous in the order of lengths.
 */
export function packRows<T extends EncodedRow>(rows: readonly T[], maxTokens: number): T[][] {
  const sorted = rows.toSorted((a, b) => a.ids.length - b.ids.length);
  const cost = [0];
  const from = [0];
  for (let end = 1; end <= sorted.length; end++) {
    const length = sorted[end - 1]!.ids.length;
    cost[end] = Infinity;
    for (let start = end - 1; start >= 0; start--) {
      const tokens = (end - start) * length;
      if (tokens > maxTokens && start < end - 1) break;
      const total = cost[start]! + tokens + RUN_COST;
      if (total < cost[end]!) [cost[end], from[end]] = [total, start];
    }
  }
  const groups: T[][] = [];
  for (let end = sorted.length; end > 0; end = from[end]!) groups.unshift(sorted.slice(from[end], end));
  return groups;
}
