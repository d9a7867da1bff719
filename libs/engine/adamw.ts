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

/** Euclidean norm of all gradients together. Two sums, as an addition would else wait for the one before. */
export function globalNorm(gradients: Float32Array): number {
  let [even, odd] = [0, 0];
  const pairs = gradients.length - (gradients.length % 2);
  for (let i = 0; i < pairs; i += 2) {
    even += gradients[i]! * gradients[i]!;
    odd += gradients[i + 1]! * gradients[i + 1]!;
  }
  const last = gradients[pairs] ?? 0;
  return Math.sqrt(even + odd + last * last);
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
  // The corrections of both moments' bias, moved out of the loop: m / c1 / (sqrt(v / c2) + e) = sqrt(c2) / c1 * m / (sqrt(v) + e sqrt(c2)).
  const root = Math.sqrt(1 - BETA2 ** step);
  const rate = (learningRate * root) / (1 - BETA1 ** step);
  const epsilon = EPSILON * root;
  const share1 = (1 - BETA1) * gradientScale;
  const share2 = (1 - BETA2) * gradientScale * gradientScale;
  for (const { start, end, decays } of segments) {
    const keep = 1 - (decays ? learningRate * weightDecay : 0);
    for (let i = start; i < end; i++) {
      const g = gradients[i]!;
      const m = BETA1 * first[i]! + share1 * g;
      const v = BETA2 * second[i]! + share2 * g * g;
      first[i] = m;
      second[i] = v;
      values[i] = values[i]! * keep - (rate * m) / (Math.sqrt(v) + epsilon);
    }
  }
}

/** Factor that brings a norm down to its limit; 1 where it is within. */
export const clipScale = (norm: number, limit: number): number => (norm > limit ? limit / (norm + 1e-6) : 1);
