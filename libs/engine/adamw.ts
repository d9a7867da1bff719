// AdamW with decoupled weight decay (Loshchilov & Hutter 2019) over flat buffers, and clipping by global norm.

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/** A stretch of the flat buffers, and whether weight decay applies there: to matrices, not to norms. */
export interface Segment {
  readonly start: number;
  readonly end: number;
  readonly decays: boolean;
}

export interface Moments {
  readonly first: Float32Array;
  readonly second: Float32Array;
}

export const zeroMoments = (size: number): Moments => ({ first: new Float32Array(size), second: new Float32Array(size) });

/** Euclidean norm of all gradients together. */
export function globalNorm(gradients: Float32Array): number {
  let squares = 0;
  for (let i = 0; i < gradients.length; i++) squares += gradients[i]! * gradients[i]!;
  return Math.sqrt(squares);
}

/**
 * One update in place. @param step from 1. @param gradientScale multiplies the gradients, as clipping asks for.
 */
export function adamwUpdate(
  values: Float32Array,
  gradients: Float32Array,
  { first, second }: Moments,
  segments: readonly Segment[],
  { step, learningRate, weightDecay, gradientScale }: { step: number; learningRate: number; weightDecay: number; gradientScale: number },
): void {
  const correct1 = 1 / (1 - BETA1 ** step);
  const correct2 = 1 / (1 - BETA2 ** step);
  for (const { start, end, decays } of segments) {
    const keep = 1 - (decays ? learningRate * weightDecay : 0);
    for (let i = start; i < end; i++) {
      const g = gradients[i]! * gradientScale;
      const m = (first[i] = BETA1 * first[i]! + (1 - BETA1) * g);
      const v = (second[i] = BETA2 * second[i]! + (1 - BETA2) * g * g);
      values[i] = values[i]! * keep - (learningRate * m * correct1) / (Math.sqrt(v * correct2) + EPSILON);
    }
  }
}

/** Factor that brings a norm down to its limit; 1 where it is within. */
export const clipScale = (norm: number, limit: number): number => (norm > limit ? limit / (norm + 1e-6) : 1);
