// Rotary position embedding (Su et al. 2021, arXiv 2104.09864) and its extensions to longer
// contexts.

import { zip } from '#collections/zip.js';

/** Formulas: transformers' modeling_rope_utils; their papers are named there. */
export type RopeScaling =
  /** Positions are divided by `factor`. */
  | { readonly type: 'linear'; readonly factor: number }
  /** Beyond `originalLength` the base grows with the sequence's length (NTK-aware). */
  | { readonly type: 'dynamic'; readonly factor: number; readonly originalLength: number }
  /** Llama 3.1: slow frequencies are divided by `factor`, fast ones kept, those between blended. */
  | {
      readonly type: 'llama3';
      readonly factor: number;
      readonly lowFreqFactor: number;
      readonly highFreqFactor: number;
      readonly originalLength: number;
    }
  /**
   * Phi-3: factors of their own for every frequency, other ones beyond `originalLength`; cos and
   * sin times `attentionFactor`.
   */
  | {
      readonly type: 'longrope';
      readonly shortFactor: readonly number[];
      readonly longFactor: readonly number[];
      readonly originalLength: number;
      readonly attentionFactor: number;
    };

export interface Rope {
  /** Leading numbers of a head that are rotated, as pairs (i, i + dim / 2); an even number. */
  readonly dim: number;
  readonly theta: number;
  readonly scaling?: RopeScaling;
}

export const sameRope = (a: Rope, b: Rope): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Factor of cos and sin. */
export const ropeFactor = ({ scaling }: Rope): number =>
  scaling?.type === 'longrope' ? scaling.attentionFactor : 1;

/** Tokens of the longest sequence that is rotated as any shorter one is. */
export const steadyLength = ({ scaling }: Rope): number =>
  scaling?.type === 'dynamic' || scaling?.type === 'longrope' ? scaling.originalLength : Infinity;

/**
 * Whether sequences of up to `maxLength` tokens are rotated by different frequencies, depending on
 * their length.
 */
export const ropeVaries = (rope: Rope, maxLength: number): boolean =>
  maxLength > steadyLength(rope);

/**
 * Whether a sequence of `length` tokens is rotated otherwise than one of a token less: in all its
 * tokens, so in all that they gave.
 */
export function ropeChanges({ scaling }: Rope, length: number): boolean {
  if (scaling?.type === 'dynamic') return length > scaling.originalLength;
  return scaling?.type === 'longrope' && length === scaling.originalLength + 1;
}

/** Positions per radian of each pair, in a sequence of `length` tokens. */
export function ropePeriods({ dim, theta, scaling }: Rope, length: number): number[] {
  const periods = (base: number): number[] =>
    Array.from({ length: dim / 2 }, (_, i) => base ** ((2 * i) / dim));
  switch (scaling?.type) {
    case undefined:
      return periods(theta);
    case 'linear':
      return periods(theta).map((period) => period * scaling.factor);
    case 'dynamic': {
      const { factor, originalLength } = scaling;
      const growth = (factor * Math.max(length, originalLength)) / originalLength - (factor - 1);
      return periods(theta * growth ** (dim / (dim - 2)));
    }
    case 'llama3':
      return periods(theta).map((period) => blend(period, scaling));
    case 'longrope': {
      const factors = length > scaling.originalLength ? scaling.longFactor : scaling.shortFactor;
      return zip(periods(theta), factors).map(([period, factor]) => period * factor);
    }
  }
}

function blend(
  period: number,
  {
    factor,
    lowFreqFactor,
    highFreqFactor,
    originalLength,
  }: Extract<RopeScaling, { type: 'llama3' }>,
): number {
  const turns = originalLength / (2 * Math.PI * period);
  if (turns > highFreqFactor) return period;
  if (turns < lowFreqFactor) return period * factor;
  const share = (turns - lowFreqFactor) / (highFreqFactor - lowFreqFactor);
  return 1 / ((1 - share) / (period * factor) + share / period);
}

/**
 * cos and sin of places, [places, dim / 2] each, each of which has a position on every axis.
 * @param axes how many of the pairs turn by each axis' position, one axis after the other
 */
export function placedTables(
  rope: Rope,
  axes: readonly number[],
  places: readonly (readonly number[])[],
): { cosine: Float32Array; sine: Float32Array } {
  const half = rope.dim / 2;
  const periods = ropePeriods(rope, 1);
  const axisOf = axes.flatMap((pairs, axis) => Array.from({ length: pairs }, () => axis));
  const table = (f: (x: number) => number): Float32Array => {
    const out = new Float32Array(places.length * half);
    for (const [i, place] of places.entries())
      for (let pair = 0; pair < half; pair++)
        out[i * half + pair] = f(place[axisOf[pair]!]! / periods[pair]!);
    return out;
  };
  return { cosine: table(Math.cos), sine: table(Math.sin) };
}

/**
 * cos and sin of positions from `first` on, [positions, dim / 2] each.
 * @param length of their sequence, where frequencies depend on it
 */
export function rotaryTables(
  rope: Rope,
  positions: number,
  length = 1,
  first = 0,
): { cosine: Float32Array; sine: Float32Array } {
  const half = rope.dim / 2;
  const periods = ropePeriods(rope, length);
  const factor = ropeFactor(rope);
  const table = (f: (x: number) => number): Float32Array => {
    const out = new Float32Array(positions * half);
    for (const [pair, period] of periods.entries())
      for (let i = 0; i < positions; i++) out[i * half + pair] = factor * f((first + i) / period);
    return out;
  };
  return { cosine: table(Math.cos), sine: table(Math.sin) };
}
