// Loss scaling for gradients in float16 (Micikevicius et al. 2018), with the numbers of
// torch.amp.GradScaler: small gradients of a loss multiplied by a large factor do not vanish below
// the smallest half, and where some overflow the factor is halved.

import { first, last } from '#collections/items.js';
import { globalNorm } from './adamw.js';

/** Name of the factor among the numbers that a step is given. */
export const LOSS_SCALE = 'lossScale';

const INITIAL = 2 ** 16;
const FACTOR = 2;
const STEPS_TO_GROW = 2000;
/** A gradient that overflows even so is not the factor's doing. */
const LEAST = 1;

export class LossScale {
  /**
   * The factor, and steps since it changed. Float32, as a checkpoint keeps them: a resumed run goes
   * on with the same numbers.
   */
  readonly values = Float32Array.of(INITIAL, 0);

  get factor(): number {
    return first(this.values);
  }

  /**
   * Takes a step, and where its gradients overflow, the same step again with half the factor: torch
   * leaves such a step out, but then its examples would not be forgotten.
   * @param take leaves the step's gradients in `gradients`, divided by the factor. @returns what
   * the last attempt returned, which may not be finite.
   */
  async run<T extends { readonly loss: number }>(
    take: (factor: number) => Promise<T>,
    gradients: Float32Array,
  ): Promise<T> {
    for (;;) {
      const result = await take(this.factor);
      const isGood = Number.isFinite(globalNorm(gradients));
      if (isGood) this.grow();
      if (isGood || !Number.isFinite(result.loss) || this.factor <= LEAST) return result;
      this.values.set([this.factor / FACTOR, 0]);
    }
  }

  private grow(): void {
    const steps = last(this.values) + 1;
    this.values.set(steps === STEPS_TO_GROW ? [this.factor * FACTOR, 0] : [this.factor, steps]);
  }
}
