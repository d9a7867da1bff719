// Figures of answers about images, beside a baseline's on the same images, and how sure they are.

import { first, item } from '#collections/items.js';
import { required } from '#collections/required.js';
import { zip } from '#collections/zip.js';
import { bootstrapGroups } from '../bootstrap.js';
import type { Interval } from '../intervals.js';

/** What was counted of one image, or of many together. */
export type Counts<K extends string> = Readonly<Record<K, number>>;

/** The images of one set of questions: a subtask, or all there are. */
export interface Group<K extends string> {
  readonly images: readonly Counts<K>[];
  /** Of the baseline, image for image. */
  readonly baseline?: readonly Counts<K>[];
}

/** Figures by name, each of the sums over the images of every group. NaN where there is none. */
export type Figures<K extends string> = Readonly<
  Record<string, (sums: readonly Counts<K>[]) => number>
>;

export interface Measured {
  readonly value: number;
  readonly interval: Interval;
  readonly baseline?: number;
  /** To the baseline. */
  readonly difference?: { readonly value: number; readonly interval: Interval };
}

/**
 * Each figure with its 95 % interval, the baseline's, and the difference: by a bootstrap over images,
 * in which an image is drawn with its answers of both, so that the difference is a paired one.
 * @throws RangeError for a group without images.
 */
export function measured<K extends string>(
  figures: Figures<K>,
  groups: readonly Group<K>[],
): Record<string, Measured> {
  const paired = groups.every(({ baseline }) => baseline !== undefined);
  const own = groups.map(({ images }) => columnsOf(images));
  const before = groups.map(({ baseline = [] }) => columnsOf(baseline));
  const valuesOf = (drawn: readonly ArrayLike<number>[]): Values[] => {
    const ofOwn = sumsOf(own, drawn);
    const ofBefore = paired ? sumsOf(before, drawn) : [];
    return Object.values(figures).map((figure) => {
      const value = figure(ofOwn);
      const baseline = paired ? figure(ofBefore) : Number.NaN;
      return { value, baseline, difference: value - baseline };
    });
  };
  const sizes = groups.map(({ images }) => images.length);
  const intervals = bootstrapGroups(sizes, (drawn) =>
    valuesOf(drawn).flatMap(({ value, difference }) => [value, difference]),
  );
  const all = valuesOf(sizes.map((size) => Uint32Array.from({ length: size }, (_, i) => i)));
  return Object.fromEntries(
    zip(Object.keys(figures), all).map(([name, { value, baseline, difference }], i) => {
      const figure = { value, interval: item(intervals, 2 * i) };
      const compared = { value: difference, interval: item(intervals, 2 * i + 1) };
      return [name, paired ? { ...figure, baseline, difference: compared } : figure];
    }),
  );
}

interface Values {
  readonly value: number;
  readonly baseline: number;
  readonly difference: number;
}

type Columns<K extends string> = ReadonlyMap<K, Float64Array>;

function columnsOf<K extends string>(images: readonly Counts<K>[]): Columns<K> {
  const names = Object.keys(images[0] ?? {}) as K[];
  return new Map(
    names.map((name) => [name, Float64Array.from(images, (image) => required(image, name))]),
  );
}

const sumsOf = <K extends string>(
  groups: readonly Columns<K>[],
  drawn: readonly ArrayLike<number>[],
): Counts<K>[] => zip(groups, drawn).map(([columns, places]) => sums(columns, places));

function sums<K extends string>(columns: Columns<K>, drawn: ArrayLike<number>): Counts<K> {
  const totals: Partial<Record<K, number>> = {};
  for (const [name, column] of columns) {
    let sum = 0;
    for (let i = 0; i < drawn.length; i++) sum += column[drawn[i]!]!;
    totals[name] = sum;
  }
  return totals as Counts<K>;
}

/** Figures of a benchmark whose images are one group. */
export const ofAll = <K extends string>(
  figures: Readonly<Record<string, (sums: Counts<K>) => number>>,
): Figures<K> =>
  Object.fromEntries(
    Object.entries(figures).map(([name, figure]) => [name, (all) => figure(first(all))]),
  );

/** `part` of `whole` in percent. */
export const percent = (part: number, whole: number): number => (100 * part) / whole;
