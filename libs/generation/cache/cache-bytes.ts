// What keys and values take in memory.

import { slotsOf } from '#models/passes/attention/cached-attention.js';
import { traceOf } from '#models/passes/trace.js';
import type { ModelConfig } from '#models/types.js';

/**
 * Room grows by so many positions: attention is computed over all of it, so it should not
 * be much too large.
 */
const growthFor = (past: number): number => (past <= 256 ? 64 : 256);

/** Positions that are made room for where `past` are needed. */
export const roomFor = (past: number): number =>
  Math.ceil(past / growthFor(past)) * growthFor(past);

/** Of a token in every layer. */
export const tokenBytes = (config: ModelConfig): number =>
  traceOf(config).attention.length * layerBytes(config);

const layerBytes = ({ numKeyValueHeads, headDim }: ModelConfig): number =>
  2 * numKeyValueHeads * headDim * Float32Array.BYTES_PER_ELEMENT;

/** Of rows in one cache, by their tokens: each has room for the longest one. */
export function cacheBytes(config: ModelConfig, lengths: readonly number[]): number {
  const past = roomFor(Math.max(0, ...lengths));
  const slots = traceOf(config).attention.reduce(
    (sum, { window }) => sum + slotsOf(past, window),
    0,
  );
  return lengths.length * slots * layerBytes(config);
}

/** Tokens of the longest of `rows` equal rows that take at most so many bytes, and at most `most`. */
export function longestIn(config: ModelConfig, bytes: number, rows: number, most: number): number {
  const fits = (length: number): boolean =>
    cacheBytes(
      config,
      Array.from({ length: rows }, () => length),
    ) <= bytes;
  let [longest, above] = [0, most + 1];
  while (above - longest > 1) {
    const middle = (longest + above) >> 1;
    if (fits(middle)) longest = middle;
    else above = middle;
  }
  return longest;
}
