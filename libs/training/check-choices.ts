// Whether this engine has the objective and the mask that a run names.

import { ChoiceError } from '#contracts/choices/choice.error.js';
import { chooseMask } from '#contracts/masks/index.js';
import { chooseObjective } from '#contracts/objectives/index.js';
import { TrainingError } from './errors/training.error.js';
import type { TrainOptions } from './training-options.js';

/** @throws TrainingError for what a newer gateway knows and this worker does not. */
export function checkChoices({ objective, mask }: Pick<TrainOptions, 'objective' | 'mask'>): void {
  try {
    chooseObjective(objective);
    if (mask) chooseMask(mask);
  } catch (error) {
    throw error instanceof ChoiceError ? new TrainingError(error.message, { cause: error }) : error;
  }
}
