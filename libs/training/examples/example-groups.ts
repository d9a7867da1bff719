// How the examples of a step are laid out: which lie one after the other in a row of attention, and
// which examples share a pass.

import { first, item, last } from '#collections/items.js';
import { traceOf } from '#models/passes/trace.js';
import type { EncodedExample } from '#models/text/encode-example.js';
import type { ModelConfig } from '#models/types.js';
import type { StepExample, Unit } from './step-examples.js';

/**
 * Rows of attention, each the sequences that lie in it one after the other; `units` has the same
 * sequences in the same order.
 */
export interface Group<T extends EncodedExample> {
  readonly units: readonly Unit<T>[];
  readonly rows: readonly (readonly T[])[];
}

export interface Costs {
  /** Tokens of a pass. */
  readonly maxTokens: number;
  /** The same of a tower. Default: no limit. */
  readonly maxTowerTokens?: number;
  /** What a token's attention to one other costs, next to all else that a token costs. */
  readonly attention: number;
  /** Whether several sequences may lie in one row. */
  readonly packing: boolean;
}

export interface StepCosts extends Costs {
  /**
   * Whether target units and retain units go through the graph in passes of their own, for
   * gradients apart.
   */
  readonly apart: boolean;
}

/** What one more pass costs, in tokens that could have gone through instead. */
const PASS_COST = 64;
/**
 * Scores are also masked, exponentiated and divided, all bound by memory: about as dear as their
 * products.
 */
const SOFTMAX_FACTOR = 2;
/** Two products of a query with the keys and values, next to one multiplication a weight. */
export function attentionCost(config: ModelConfig): number {
  const weights = [...traceOf(config).linears.values()].reduce(
    (sum, layer) => sum + layer.in * layer.out,
    0,
  );
  return (
    (SOFTMAX_FACTOR * 2 * config.numHiddenLayers * config.numAttentionHeads * config.headDim) /
    weights
  );
}

/** A replica among those that divide a step's units. */
export interface Rank {
  readonly index: number;
  readonly of: number;
}

const lengthOf = (examples: readonly EncodedExample[]): number =>
  examples.reduce((sum, { ids }) => sum + ids.length, 0);

/** Tokens of a pass that examples take: no fewer than is their share of the tower's. */
const roomOf = (
  examples: readonly EncodedExample[],
  { maxTokens, maxTowerTokens = Infinity }: Pick<Costs, 'maxTokens' | 'maxTowerTokens'>,
): number =>
  examples.reduce(
    (sum, { ids, towerTokens = 0 }) =>
      sum + Math.max(ids.length, Math.floor((towerTokens / maxTowerTokens) * maxTokens)),
    0,
  );

/** Tokens of a pass, its rows, and the longest one's tokens. */
export interface Extent {
  readonly tokens: number;
  readonly rows: number;
  readonly length: number;
}
export function extentOf({ rows }: Group<EncodedExample>): Extent {
  const lengths = rows.map(lengthOf);
  return {
    tokens: lengths.reduce((sum, length) => sum + length, 0),
    rows: rows.length,
    length: Math.max(...lengths),
  };
}
/** What a pass costs, in tokens: attention alone sees rows padded to the longest. */
export const costOf = ({ tokens, rows, length }: Extent, attention: number): number =>
  tokens + attention * rows * length ** 2;

/**
 * Numbers of rows that packing tries: few, and as many as rows some times as long as the longest
 * sequence make.
 */
const ROW_COUNTS = [1, 2, 3, 4, 5, 6, 7, 8];
const ROW_LENGTHS = [1, 1.25, 1.5, 2, 3, 4, 6, 8];

/**
 * Groups units into passes so that attention and the cost of passes are least, each pass within
 * `maxTokens` (a longer unit stands alone). Sequences are packed into several numbers of rows, and
 * not at all; for each packing the grouping is exact among groups that are contiguous in the order
 * of lengths.
 */
export function groupExamples<T extends EncodedExample>(
  units: readonly Unit<T>[],
  costs: Costs,
): Group<T>[] {
  if (units.length === 0) return [];
  const longest = units.flat().reduce((most, { ids }) => Math.max(most, ids.length), 0);
  const total = units.reduce((sum, unit) => sum + lengthOf(unit), 0);
  const counts = new Set([
    ...ROW_COUNTS,
    ...ROW_LENGTHS.map((times) => Math.ceil(total / (times * longest))),
  ]);
  const limit = Math.max(longest, costs.maxTokens);
  const packed = costs.packing
    ? [...counts]
        .filter((count) => count <= units.length)
        .map((count) => packUnits(units, count, limit, costs))
    : [];
  const apart = units.map((unit) => ({ units: [unit], rows: unit.map((example) => [example]) }));
  const plans = [apart, ...packed].map((parts) => groupPacked(parts, costs));
  return plans.reduce((best, plan) => (plan.cost < best.cost ? plan : best)).groups;
}

export const partOf = (unit: Unit): 'target' | 'retain' =>
  first(unit).side === 'retain' ? 'retain' : 'target';

/** A replica's units: the longest first, each went to the replica with fewest tokens. */
export function shareOf(units: readonly Unit[], { index, of }: Rank): readonly Unit[] {
  if (of === 1) return units;
  const shares = Array.from({ length: of }, () => ({ units: [] as Unit[], length: 0 }));
  for (const unit of units.toSorted((a, b) => lengthOf(b) - lengthOf(a))) {
    const least = shares.reduce((shortest, other) =>
      other.length < shortest.length ? other : shortest,
    );
    least.units.push(unit);
    least.length += lengthOf(unit);
  }
  return item(shares, index).units;
}

/** The passes of an optimizer step. */
export function groupStep(units: readonly Unit[], costs: StepCosts): Group<StepExample>[] {
  if (!costs.apart) return groupExamples(units, costs);
  return (['target', 'retain'] as const).flatMap((part) =>
    groupExamples(
      units.filter((unit) => partOf(unit) === part),
      costs,
    ),
  );
}

/**
 * Units whose sequences lie one after the other in `count` rows of about the same length: the
 * longest first, each in the row with most room. One that would make its row longer than `limit`
 * begins a new one; a unit beyond the limit keeps a row for each of its sequences.
 */
function packUnits<T extends EncodedExample>(
  units: readonly Unit<T>[],
  count: number,
  limit: number,
  costs: Costs,
): Group<T>[] {
  const rows = Array.from({ length: count }, () => ({
    units: [] as Unit<T>[],
    length: 0,
    room: 0,
  }));
  const apart: Group<T>[] = [];
  for (const unit of units.toSorted((a, b) => lengthOf(b) - lengthOf(a))) {
    const [size, room] = [lengthOf(unit), roomOf(unit, costs)];
    if (room > limit) {
      apart.push({ units: [unit], rows: unit.map((example) => [example]) });
      continue;
    }
    let row = rows.reduce((shortest, other) => (other.length < shortest.length ? other : shortest));
    if (row.room + room > limit) {
      row = { units: [], length: 0, room: 0 };
      rows.push(row);
    }
    row.units.push(unit);
    row.length += size;
    row.room += room;
  }
  const filled = rows.filter((row) => row.units.length > 0);
  return [...apart, ...filled.map((row) => ({ units: row.units, rows: [row.units.flat()] }))];
}

function groupPacked<T extends EncodedExample>(
  parts: readonly Group<T>[],
  costs: Costs,
): { cost: number; groups: Group<T>[] } {
  const { maxTokens, attention } = costs;
  const sorted = parts
    .map((part) => ({
      part,
      extent: extentOf(part),
      room: roomOf(part.units.flat(), costs),
    }))
    .toSorted((a, b) => a.extent.length - b.extent.length);
  /** The best grouping of the parts before each, by where its last group begins. */
  const best = [{ cost: 0, from: 0 }];
  for (const [end, { extent }] of sorted.entries()) {
    let least = { cost: Infinity, from: end };
    let [tokens, rows, room] = [0, 0, 0];
    for (let from = end; from >= 0; from--) {
      const { extent: own, room: taken } = sorted[from]!;
      tokens += own.tokens;
      rows += own.rows;
      room += taken;
      if (room > maxTokens && from < end) break;
      const pass = costOf({ tokens, rows, length: extent.length }, attention);
      const cost = best[from]!.cost + pass + PASS_COST;
      if (cost < least.cost) least = { cost, from };
    }
    best.push(least);
  }
  const groups: Group<T>[] = [];
  for (let end = sorted.length; end > 0; end = item(best, end).from) {
    const taken = sorted.slice(item(best, end).from, end);
    groups.unshift({
      units: taken.flatMap(({ part }) => part.units),
      rows: taken.flatMap(({ part }) => part.rows),
    });
  }
  return { cost: last(best).cost, groups };
}
