// Which setting of a decoding strategy a model is given: chosen on some answers, confirmed on others.

import { item } from '#collections/items.js';
import { type SweepFigure, type SweepFigures, sweepFigures, type SweptAnswer } from './swept.js';

export interface Tuning {
  /** By setting, on the answers that it is chosen by. */
  readonly tuning: readonly SweepFigures[];
  /** The same on the others. */
  readonly heldOut: readonly SweepFigures[];
  /** Place of the setting that is best on the former; absent: none is better than without. */
  readonly best?: number;
  /** Whether it is better on the latter, too, with the whole of the 95 % interval. */
  readonly isConfirmed: boolean;
}

/**
 * The setting with the largest difference of a figure to decoding without the strategy on the first
 * answers; of equals the first. On the others, of which it knows nothing, it is one comparison, however
 * many settings there were.
 */
export function tuned(
  tuning: readonly SweptAnswer[],
  heldOut: readonly SweptAnswer[],
  by: SweepFigure,
): Tuning {
  const settings = item(tuning, 0).settings.map((_, setting) => setting);
  const [chosenBy, confirmedBy] = [tuning, heldOut].map((answers) =>
    settings.map((setting) => sweepFigures(answers, setting)),
  ) as [SweepFigures[], SweepFigures[]];
  const gains = chosenBy.map((figures) => figures[by].difference?.value ?? NaN);
  const best = gains.reduce<number | undefined>(
    (found, gain, setting) =>
      gain > (found === undefined ? 0 : item(gains, found)) ? setting : found,
    undefined,
  );
  const [least = 0] =
    best === undefined ? [] : (item(confirmedBy, best)[by].difference?.interval ?? []);
  return {
    tuning: chosenBy,
    heldOut: confirmedBy,
    ...(best === undefined ? {} : { best }),
    isConfirmed: least > 0,
  };
}
