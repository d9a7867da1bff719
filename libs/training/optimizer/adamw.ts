// AdamW with decoupled weight decay (Loshchilov & Hutter 2019) over flat buffers, and clipping by
// global norm.

import { adamw, sumOfSquares } from './vector.js';

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/**
 * A stretch of the flat buffers, and whether weight decay applies there: to matrices, not to norms.
 */
export interface Segment {
  readonly start: number;
  readonly end: number;
  readonly decays: boolean;
}

export interface Moments {
  readonly first: Float32Array;
  readonly second: Float32Array;
}

/** Euclidean norm of all gradients together. */
export const globalNorm = (gradients: Float32Array): number => Math.sqrt(sumOfSquares(gradients));

/**
 * One update in place. @param step from 1. @param gradientScale multiplies the gradients, as
 * clipping asks for.
 */
export function adamwUpdate(
  values: Float32Array,
  gradients: Float32Array,
  { first, second }: Moments,
  segments: readonly Segment[],
  {
    step,
    learningRate,
    weightDecay,
    gradientScale,
  }: { step: number; learningRate: number; weightDecay: number; gradientScale: number },
): void {
  // The corrections of both moments' bias, moved out of the loop: m / c1 / (sqrt(v / c2) + e) =
  // sqrt(c2) / c1 * m / (sqrt(v) + e sqrt(c2)).
  const root = Math.sqrt(1 - BETA2 ** step);
  const rate = (learningRate * root) / (1 - BETA1 ** step);
  const epsilon = EPSILON * root;
  const share1 = (1 - BETA1) * gradientScale;
  const share2 = (1 - BETA2) * gradientScale * gradientScale;
  for (const { start, end, decays } of segments) {
    const keep = 1 - (decays ? learningRate * weightDecay : 0);
    const [x, m, v, g] = [values, first, second, gradients].map((array) =>
      array.subarray(start, end),
    ) as [Float32Array, Float32Array, Float32Array, Float32Array];
    adamw(x, m, v, g, { keep, rate, epsilon, beta1: BETA1, share1, beta2: BETA2, share2 });
  }
}

/** Factor that brings a norm down to its limit; 1 where it is within. */
export const clipScale = (norm: number, limit: number): number =>
  norm > limit ? limit / (norm + 1e-6) : 1;
