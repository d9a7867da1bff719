// Rows of a step and how they are grouped into runs of the graph.
import type { EncodedRow } from '#models/encode-row.js';
import { Random } from './random.js';
import type { SideName } from './side.js';

/** A row with its place in its set, by which what is known of it can be looked up. */
export interface StepRow extends EncodedRow {
  readonly side: SideName;
  readonly index: number;
}

/** Rows that must be in the same run of the graph, as a loss compares them: a forget row with its alternate, or one row alone. */
export type Unit<T extends EncodedRow = StepRow> = readonly T[];

/** Forget rows by step: every epoch its own order, the last step of an epoch may be smaller. */
export interface Plan {
  readonly totalSteps: number;
  /** Epochs complete before a step. */
  epochOf(step: number): number;
  rowsOf(step: number): number[];
}

export function planRun(rows: number, stepRows: number, epochs: number, maxSteps: number | undefined, seed: number, shuffle = true): Plan {
  const perEpoch = Math.ceil(rows / stepRows);
  const totalSteps = Math.min(perEpoch * epochs, maxSteps ?? Infinity);
  let known: { epoch: number; order: number[] } | undefined;
  const orderOf = (epoch: number): number[] => {
    if (known?.epoch !== epoch) known = { epoch, order: shuffle ? new Random(seed, 'order', epoch).permutation(rows) : Array.from({ length: rows }, (_, row) => row) };
    return known.order;
  };
  return {
    totalSteps,
    epochOf: (step) => Math.floor(step / perEpoch),
    rowsOf: (step) => {
      const at = (step % perEpoch) * stepRows;
      return orderOf(Math.floor(step / perEpoch)).slice(at, at + stepRows);
    },
  };
}

/** What one more run of the graph costs, in tokens that could have gone through instead. */
const RUN_COST = 64;

/**
 * Groups units of similar length so that padding plus the cost of runs is least, each group within `maxTokens`
 * padding included (a longer unit stands alone). Exact: groups are contiguous in the order of lengths.
 */
export function packRows<T extends EncodedRow>(units: readonly Unit<T>[], maxTokens: number): Unit<T>[][] {
  const lengthOf = (unit: Unit<T>): number => Math.max(...unit.map((row) => row.ids.length));
  const sorted = units.toSorted((a, b) => lengthOf(a) - lengthOf(b));
  const cost = [0];
  const from = [0];
  for (let end = 1; end <= sorted.length; end++) {
    const length = lengthOf(sorted[end - 1]!);
    cost[end] = Infinity;
    let rows = 0;
    for (let start = end - 1; start >= 0; start--) {
      rows += sorted[start]!.length;
      const tokens = rows * length;
      if (tokens > maxTokens && start < end - 1) break;
      const total = cost[start]! + tokens + RUN_COST;
      if (total < cost[end]!) [cost[end], from[end]] = [total, start];
    }
  }
  const groups: Unit<T>[][] = [];
  for (let end = sorted.length; end > 0; end = from[end]!) groups.unshift(sorted.slice(from[end], end));
  return groups;
}
