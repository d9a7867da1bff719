// How an evaluation is cut into shards. The same sets always give the same shards: the job is
// entered again after they are done.
import type { ReportRow } from '#contracts/artifacts.js';

export interface Stretch {
  readonly set: ReportRow['set'];
  /** Rows from `from` up to, not including, `to`. */
  readonly from: number;
  readonly to: number;
}

/** Stretches of at most `size` rows, those of the forget set first. */
export function planShards(
  rows: Readonly<Record<ReportRow['set'], number>>,
  size: number,
): Stretch[] {
  return (['forget', 'retain'] as const).flatMap((set) => {
    const count = Math.ceil(rows[set] / size);
    return Array.from({ length: count }, (_, i) => ({
      set,
      from: i * size,
      to: Math.min(rows[set], (i + 1) * size),
    }));
  });
}
