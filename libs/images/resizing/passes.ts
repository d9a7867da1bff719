// The two passes of a resize: across, then down, each rounded and clipped to bytes.

import type { RgbImage } from '../types.js';
import { type Coefficients, PRECISION_BITS } from './coefficients.js';

const HALF = 1 << (PRECISION_BITS - 1);

/**
 * Each row for itself.
 * @param missing as many columns of the original are left of what is given.
 */
export function across(
  { width, height, data }: RgbImage,
  { taps, first, count, weights }: Coefficients,
  missing: number,
): RgbImage {
  const columns = first.length;
  const out = clipped(height * columns * 3);
  for (let y = 0, to = 0; y < height; y++) {
    const row = (y * width - missing) * 3;
    for (let x = 0; x < columns; x++, to += 3) {
      let r = HALF;
      let g = HALF;
      let b = HALF;
      let from = row + first[x]! * 3;
      const end = x * taps + count[x]!;
      for (let tap = x * taps; tap < end; tap++, from += 3) {
        const weight = weights[tap]!;
        r = (r + Math.imul(data[from]!, weight)) | 0;
        g = (g + Math.imul(data[from + 1]!, weight)) | 0;
        b = (b + Math.imul(data[from + 2]!, weight)) | 0;
      }
      out[to] = r >> PRECISION_BITS;
      out[to + 1] = g >> PRECISION_BITS;
      out[to + 2] = b >> PRECISION_BITS;
    }
  }
  return { width: columns, height, data: new Uint8Array(out.buffer) };
}

/**
 * A row of the result at once, so that memory is read in order.
 * @param missing as many rows of the original are above what is given.
 */
export function down(
  { width, data }: RgbImage,
  { taps, first, count, weights }: Coefficients,
  missing: number,
): RgbImage {
  const height = first.length;
  const stride = width * 3;
  const out = clipped(height * stride);
  const sums = new Int32Array(stride);
  for (let y = 0; y < height; y++) {
    sums.fill(HALF);
    for (let tap = 0; tap < count[y]!; tap++) {
      const weight = weights[y * taps + tap]!;
      const from = (first[y]! - missing + tap) * stride;
      for (let i = 0; i < stride; i++) sums[i] = sums[i]! + Math.imul(data[from + i]!, weight);
    }
    const to = y * stride;
    for (let i = 0; i < stride; i++) out[to + i] = sums[i]! >> PRECISION_BITS;
  }
  return { width, height, data: new Uint8Array(out.buffer) };
}

/** Takes what overshoots as 0 or 255. */
const clipped = (length: number): Uint8ClampedArray<ArrayBuffer> => new Uint8ClampedArray(length);
