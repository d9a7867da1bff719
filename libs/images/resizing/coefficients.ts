// How much of which pixels goes into each pixel of a resized row or column, in fixed point.

import type { Filter } from './filters.js';

/** Eight bits for the result, and two more since filters overshoot. */
export const PRECISION_BITS = 32 - 8 - 2;

const ONE = 2 ** PRECISION_BITS;

export interface Coefficients {
  /** Of one pixel of the result, at the most: the stride of weights. */
  readonly taps: number;
  /** The first pixel that goes in, by pixel of the result. */
  readonly first: Int32Array;
  /** How many go in. */
  readonly count: Int32Array;
  readonly weights: Int32Array;
}

/**
 * Those of the pixels [from, from + count) of `size` from `before`; Pillow's precompute_coeffs and
 * normalize_coeffs_8bpc.
 */
export function coefficients(
  filter: Filter,
  before: number,
  size: number,
  from: number,
  length: number,
): Coefficients {
  const scale = before / size;
  const filterScale = Math.max(1, scale);
  const inverse = 1 / filterScale;
  const support = filter.support * filterScale;
  const taps = Math.ceil(support) * 2 + 1;
  const first = new Int32Array(length);
  const count = new Int32Array(length);
  const weights = new Int32Array(length * taps);
  const exact = new Float64Array(taps);
  for (let i = 0; i < length; i++) {
    const center = (from + i + 0.5) * scale;
    const min = Math.max(0, Math.trunc(center - support + 0.5));
    const end = Math.min(before, Math.trunc(center + support + 0.5)) - min;
    let sum = 0;
    for (let x = 0; x < end; x++) sum += exact[x] = filter.at((x + min - center + 0.5) * inverse);
    for (let x = 0; x < end; x++)
      weights[i * taps + x] = fixed(sum === 0 ? exact[x]! : exact[x]! / sum);
    first[i] = min;
    count[i] = end;
  }
  return { taps, first, count, weights };
}

/** Rounded away from zero at half. */
const fixed = (weight: number): number =>
  Math.trunc(weight < 0 ? weight * ONE - 0.5 : weight * ONE + 0.5);
