// Which positions of an example a step's losses look at.

import { item } from '#collections/items.js';
import { zip } from '#collections/zip.js';
import type { EncodedExample } from '#models/text/encode-example.js';
import type { SideName } from '../objectives/side.js';

/**
 * Which positions a side's losses look at: those that predict labels, the answer's own tokens too,
 * or all real tokens.
 */
export type Reach = 'labels' | 'answers' | 'tokens';

/** A mean over positions of a side, as a loss asks for it (run/sides.ts). */
interface AskedMean {
  readonly side: SideName;
  readonly over: Reach;
}

export function reachOf(
  side: SideName,
  { means }: { readonly means: ReadonlyMap<string, AskedMean> },
): Reach {
  const over = new Set(
    [...means.values()].filter((mean) => mean.side === side).map((mean) => mean.over),
  );
  if (over.has('tokens')) return 'tokens';
  return over.has('answers') ? 'answers' : 'labels';
}

export interface ExamplePositions {
  readonly offsets: readonly number[];
  /** Token that follows, 0 where it is no label. */
  readonly labels: readonly number[];
  /** Place in the answer of the token that follows; -1 where it is no label. */
  readonly places: readonly number[];
  readonly isAnswer: readonly boolean[];
}

const firstLabel = ({ labelStart }: EncodedExample): number => Math.max(1, labelStart);
export const labelCount = (example: EncodedExample): number =>
  Math.max(0, example.ids.length - firstLabel(example));

/** From which offset on, and up to which. */
function bounds(example: EncodedExample, reach: Reach): [number, number] {
  const start = reach === 'tokens' ? 0 : firstLabel(example) - 1;
  const end = reach === 'labels' ? example.ids.length - 1 : example.ids.length;
  return [start, Math.max(start, end)];
}

export function positionCount(example: EncodedExample, reach: Reach): number {
  const [start, end] = bounds(example, reach);
  return end - start;
}

export function positionsOf(example: EncodedExample, reach: Reach): ExamplePositions {
  const { ids } = example;
  const first = firstLabel(example);
  const [start, end] = bounds(example, reach);
  const offsets = Array.from({ length: end - start }, (_, i) => start + i);
  const places = offsets.map((at) =>
    at + 1 >= first && at + 1 < ids.length ? at + 1 - first : -1,
  );
  return {
    offsets,
    places,
    labels: zip(offsets, places).map(([at, place]) => (place < 0 ? 0 : item(ids, at + 1))),
    isAnswer: offsets.map((at) => at >= first),
  };
}
