// How sure a figure of a set of questions is: by what it is of others like it.

import { item } from '#collections/items.js';

export type Interval = [number, number];

const RESAMPLES = 2000;

/**
 * The bootstrap's percentile interval, at 95 %, over questions (Efron 1979). The same questions give
 * the same interval.
 * @param items at least one.
 */
export function resampled<T>(
  items: readonly T[],
  figure: (items: readonly T[]) => number,
): Interval {
  const random = generator();
  const figures = Float64Array.from({ length: RESAMPLES }, () =>
    figure(items.map(() => items[Math.floor(random() * items.length)]!)),
  ).toSorted();
  return [
    item(figures, Math.floor(0.025 * RESAMPLES)),
    item(figures, Math.ceil(0.975 * RESAMPLES) - 1),
  ];
}

/** Numbers from 0 up to 1, the same every time: mulberry32. */
function generator(): () => number {
  let state = 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
