// What a mask does to a step's gradients. What it is to those who ask for it is libs/contracts'.

import type { OptionsOf } from '#contracts/choices/choice.js';
import type { MaskName, masks } from '#contracts/masks/index.js';
import type { TensorData } from '#models/types.js';

/** By tensor name. */
export type Gradients = ReadonlyMap<string, TensorData>;

/** Gradients of one step. */
export interface StepGradients {
  /** Of the whole loss. */
  readonly step: Gradients;
  /** Of the two sides' losses, unweighted. */
  readonly forget: Gradients;
  readonly retain: Gradients;
}

export interface GradientMask<N extends MaskName = MaskName> {
  /** Sets the masked part of `step` to zero, in place. */
  apply(gradients: StepGradients, options: OptionsOf<(typeof masks)[N]>): void;
}

/** Of arrays of one length. */
export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

export const norm = (x: Float32Array): number => Math.sqrt(dot(x, x));
