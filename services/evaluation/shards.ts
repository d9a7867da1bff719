// How an evaluation is cut into shards. The same sets always give the same shards: the job is
// entered again after they are done.

import type { SetName } from './metrics/metric.js';

export interface Stretch {
  readonly set: SetName;
  /** Rows from `from` up to, not including, `to`. */
  readonly from: number;
  readonly to: number;
}

/**
 * Stretches of at most `size` rows.
 * @param rows of each set, in the order in which the sets are asked.
 */
export function planShards(rows: ReadonlyMap<SetName, number>, size: number): Stretch[] {
  return [...rows].flatMap(([set, count]) =>
    Array.from({ length: Math.ceil(count / size) }, (_, i) => ({
      set,
      from: i * size,
      to: Math.min(count, (i + 1) * size),
    })),
  );
}
