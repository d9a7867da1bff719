// Rows as the inputs of a run of the step graph.
import { sequenceInputs } from '#models/attention/sequence-inputs.js';
import type { DropoutMask } from '#models/lora.js';
import type { EncodedRow } from '#models/encode-row.js';
import type { ModelConfig } from '#models/types.js';
import { type Feed, type Feeds, int64 } from './graph-session.js';
import type { Random } from './random.js';
import type { StepRow } from './row-set.js';
import { inputs, POSITIONS } from './step-graph.js';

/** Where in a row the loss looks: at labels, or at every real token (for a divergence). */
export interface RowPositions {
  readonly offsets: readonly number[];
  /** Token that follows, 0 where it is no label. */
  readonly labels: readonly number[];
  readonly isLabel: readonly boolean[];
}

export function rowPositions({ ids, labelStart }: EncodedRow, everyToken: boolean): RowPositions {
  const firstLabel = Math.max(1, labelStart);
  const start = everyToken ? 0 : firstLabel - 1;
  const end = everyToken ? ids.length : ids.length - 1;
  const offsets = Array.from({ length: Math.max(0, end - start) }, (_, i) => start + i);
  const isLabel = offsets.map((at) => at + 1 >= firstLabel && at + 1 < ids.length);
  return { offsets, isLabel, labels: offsets.map((at, i) => (isLabel[i] ? ids[at + 1]! : 0)) };
}

/** Sizes of a whole optimizer step, by which its means are taken. */
export interface Totals {
  readonly rows: number;
  readonly labels: number;
  readonly positions: number;
}

export const totalsOf = (rows: readonly EncodedRow[]): Totals => ({
  rows: rows.length,
  labels: rows.reduce((sum, row) => sum + rowPositions(row, false).offsets.length, 0),
  positions: rows.reduce((sum, row) => sum + row.ids.length, 0),
});

const column = (size: number): Feed => ({ dims: [size, 1], data: new Float32Array(size) });

export interface RunInputs {
  readonly feeds: Feeds;
  readonly sizes: Readonly<Record<string, number>>;
}

/** Ids padded on the right, positions and labels of `rows`. */
export function sequenceFeeds(config: ModelConfig, rows: readonly EncodedRow[], positions: readonly RowPositions[]): RunInputs {
  const attention = sequenceInputs(config, rows.map((row) => [row.ids.length]));
  const { length } = attention.sizes;
  const ids = new BigInt64Array(rows.length * length);
  for (const [b, row] of rows.entries()) for (const [t, id] of row.ids.entries()) ids[b * length + t] = BigInt(id);
  const flat = positions.flatMap(({ offsets }, b) => offsets.map((at) => b * length + at));
  return {
    feeds: {
      ...attention.feeds,
      [inputs.ids]: { dims: [ids.length], data: ids },
      [inputs.positions]: int64(flat),
      [inputs.labels]: int64(positions.flatMap(({ labels }) => labels)),
    },
    sizes: { ...attention.sizes, [POSITIONS]: flat.length },
  };
}

/** Weights by which the objectives of both sides take their means. */
export function weightFeeds(
  rows: readonly StepRow[],
  positions: readonly RowPositions[],
  totals: Readonly<Record<StepRow['side'], Totals>>,
): Feeds {
  const count = positions.reduce((sum, { offsets }) => sum + offsets.length, 0);
  const selector: Feed = { dims: [rows.length, count], data: new Float32Array(rows.length * count) };
  const feeds: Record<string, Feed> = { [inputs.rows]: selector };
  for (const side of ['forget', 'retain']) {
    feeds[inputs.tokenWeights(side)] = column(count);
    feeds[inputs.positionWeights(side)] = column(count);
    feeds[inputs.rowWeights(side)] = column(rows.length);
  }
  let at = 0;
  for (const [b, row] of rows.entries()) {
    const total = totals[row.side];
    feeds[inputs.rowWeights(row.side)]!.data[b] = 1 / total.rows;
    for (const isLabel of positions[b]!.isLabel) {
      feeds[inputs.positionWeights(row.side)]!.data[at] = 1 / total.positions;
      if (isLabel) {
        feeds[inputs.tokenWeights(row.side)]!.data[at] = 1 / total.labels;
        selector.data[b * count + at] = 1;
      }
      at++;
    }
  }
  return feeds;
}

/**
 * Dropout masks for a run. All are windows, at random places, of one pool that is drawn anew for every run:
 * within a mask elements are independent, and drawing costs one number for every few hundred elements used.
 */
export function dropoutFeeds(masksOf: readonly DropoutMask[], tokens: number, rate: number, random: Random): Feeds {
  if (masksOf.length === 0) return {};
  const widest = Math.max(...masksOf.map((mask) => mask.columns));
  const pool = new Float32Array(2 * tokens * widest);
  const threshold = Math.round(rate * 0x10000);
  const kept = 1 / (1 - threshold / 0x10000);
  for (let i = 0; i < pool.length; i += 2) {
    const word = random.uint32();
    pool[i] = word >>> 16 < threshold ? 0 : kept;
    pool[i + 1] = (word & 0xffff) < threshold ? 0 : kept;
  }
  return Object.fromEntries(
    masksOf.map(({ name, columns }) => {
      const size = tokens * columns;
      const start = random.below(pool.length - size + 1);
      return [name, { dims: [tokens, columns], data: pool.subarray(start, start + size) }];
    }),
  );
}
