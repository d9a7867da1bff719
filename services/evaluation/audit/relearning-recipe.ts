// How a model is trained for a moment: the same way in every audit, so that they can be compared, but
// for what its memory must hold.

import { type Hyperparameters, hyperparametersSchema } from '#contracts/hyperparameters.js';

const STEPS = 30;

/** Batch, length, rank and precision are those of the job, which are known to fit. */
export const recipeOf = ({
  batch_size,
  max_length,
  lora_r,
  lora_alpha,
  precision,
  recompute,
}: Hyperparameters): Hyperparameters =>
  hyperparametersSchema.parse({
    batch_size,
    max_length,
    lora_r,
    lora_alpha,
    precision,
    recompute,
    lora_dropout: 0,
    learning_rate: 3e-4,
    weight_decay: 0,
    n_epochs: STEPS,
    max_steps: STEPS,
  });
