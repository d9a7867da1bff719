// Rows of a step, and which rows a step takes.

import { item } from '#collections/items.js';
import type { EncodedRow } from '#models/text/encode-row.js';
import { Random } from '#runtime/random.js';
import type { SideName } from '../objectives/side.js';

/** A row with its place in its set, by which what is known of it can be looked up. */
export interface StepRow extends EncodedRow {
  readonly side: SideName;
  readonly index: number;
}

/**
 * Rows that must be in the same pass, as a loss compares them: a target row with its
 * alternate, or one row alone.
 */
export type Unit<T extends EncodedRow = StepRow> = readonly T[];

/** Target rows by step: every epoch its own order, the last step of an epoch may be smaller. */
export interface Plan {
  readonly totalSteps: number;
  /** Epochs complete before a step. */
  epochOf(step: number): number;
  rowsOf(step: number): number[];
}

export function planRun(
  rows: number,
  stepRows: number,
  epochs: number,
  maxSteps: number | undefined,
  seed: number,
  shuffle = true,
): Plan {
  const perEpoch = Math.ceil(rows / stepRows);
  const totalSteps = Math.min(perEpoch * epochs, maxSteps ?? Infinity);
  let known: { epoch: number; order: number[] } | undefined;
  const orderOf = (epoch: number): number[] => {
    if (known?.epoch !== epoch)
      known = {
        epoch,
        order: shuffle
          ? new Random(seed, 'order', epoch).permutation(rows)
          : Array.from({ length: rows }, (_, row) => row),
      };
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

type Sets = Readonly<Record<SideName, readonly EncodedRow[]>>;

/**
 * A target row with its alternate, and the retain row of the same index, modulo the retain set's
 * length.
 */
export function stepUnits(
  {
    model: { target, alternate, retain },
    asked,
  }: { readonly model: Sets; readonly asked: { has(side: SideName): boolean } },
  index: number,
): Unit[] {
  const preferred = asked.has('alternate') ? [stepRow('alternate', alternate, index)] : [];
  const partner = asked.has('retain') ? [[stepRow('retain', retain, index % retain.length)]] : [];
  return [[stepRow('target', target, index), ...preferred], ...partner];
}

const stepRow = (side: SideName, rows: readonly EncodedRow[], index: number): StepRow => ({
  ...item(rows, index),
  side,
  index,
});
