// How far two vectors point the same way, for tests of gradients.

import { zip } from '#collections/zip.js';

/** 1 for the same direction, 0 for perpendicular ones. Both of one length. */
export function cosine(a: Float32Array, b: Float32Array): number {
  const dot = (u: Float32Array, v: Float32Array): number =>
    zip(u, v).reduce((sum, [x, y]) => sum + x * y, 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}
