// How an evaluation is cut into shards. The same sets always give the same shards: the job is
// entered again after they are done.

export interface Stretch<S extends string> {
  readonly set: S;
  /** Rows from `from` up to, not including, `to`. */
  readonly from: number;
  readonly to: number;
}

/** Of one evaluation: each is a job in the queue. */
const MAX_SHARDS = 1000;

/**
 * Stretches of at most `asked` rows, or of as many as keep their number within bounds.
 * @param rows of each set, in the order in which the sets are asked.
 */
export function planShards<S extends string>(
  rows: ReadonlyMap<S, number>,
  asked: number,
): Stretch<S>[] {
  const all = [...rows.values()].reduce((sum, count) => sum + count, 0);
  // The last stretch of each set may be short.
  const size = Math.max(asked, Math.ceil(all / (MAX_SHARDS - rows.size)));
  return [...rows].flatMap(([set, count]) =>
    Array.from({ length: Math.ceil(count / size) }, (_, i) => ({
      set,
      from: i * size,
      to: Math.min(count, (i + 1) * size),
    })),
  );
}
