// Examples of a step, and which examples a step takes.

import { item } from '#collections/items.js';
import type { EncodedExample } from '#models/text/encode-example.js';
import { Random } from '#runtime/random.js';
import type { SideName } from '../objectives/side.js';

/** An example with its place in its set, by which what is known of it can be looked up. */
export interface StepExample extends EncodedExample {
  readonly side: SideName;
  readonly index: number;
}

/**
 * Examples that must be in the same pass, as a loss compares them: a target example with its
 * alternate, or one example alone.
 */
export type Unit<T extends EncodedExample = StepExample> = readonly T[];

/** Target examples by step: every epoch its own order, the last step of an epoch may be smaller. */
export interface Plan {
  readonly totalSteps: number;
  /** Epochs complete before a step. */
  epochOf(step: number): number;
  examplesOf(step: number): number[];
}

export function planRun(
  examples: number,
  stepSize: number,
  epochs: number,
  maxSteps: number | undefined,
  seed: number,
  shuffle = true,
): Plan {
  const perEpoch = Math.ceil(examples / stepSize);
  const totalSteps = Math.min(perEpoch * epochs, maxSteps ?? Infinity);
  let known: { epoch: number; order: number[] } | undefined;
  const orderOf = (epoch: number): number[] => {
    if (known?.epoch !== epoch)
      known = {
        epoch,
        order: shuffle
          ? new Random(seed, 'order', epoch).permutation(examples)
          : Array.from({ length: examples }, (_, index) => index),
      };
    return known.order;
  };
  return {
    totalSteps,
    epochOf: (step) => Math.floor(step / perEpoch),
    examplesOf: (step) => {
      const at = (step % perEpoch) * stepSize;
      return orderOf(Math.floor(step / perEpoch)).slice(at, at + stepSize);
    },
  };
}

export type Sets = Readonly<Record<SideName, readonly EncodedExample[]>>;

/**
 * A target example with its alternate, and the retain example of the same index, modulo the retain
 * set's length. Of a larger retain set each epoch takes those after the last epoch's.
 */
export function stepUnits(
  {
    model: { target, alternate, retain },
    asked,
  }: { readonly model: Sets; readonly asked: { has(side: SideName): boolean } },
  index: number,
  epoch = 0,
): Unit[] {
  const preferred = asked.has('alternate') ? [stepExample('alternate', alternate, index)] : [];
  const passed = retain.length > target.length ? epoch * target.length : 0;
  const partner = asked.has('retain')
    ? [[stepExample('retain', retain, (index + passed) % retain.length)]]
    : [];
  return [[stepExample('target', target, index), ...preferred], ...partner];
}

/** Without its images: units are sent to replicas, which have them. */
function stepExample(
  side: SideName,
  examples: readonly EncodedExample[],
  index: number,
): StepExample {
  const { features: _features, imageToken: _imageToken, ...example } = item(examples, index);
  return { ...example, side, index };
}
