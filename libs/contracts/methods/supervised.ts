// Method `supervised`: the training file is learned.

import { z } from 'zod';
import { evaluationSchema } from '../evaluation.js';
import { hyperparametersSchema } from '../hyperparameters.js';

const supervisedSchema = z.strictObject({
  hyperparameters: hyperparametersSchema.prefault({}),
  /** Present: evaluate before and after; both files are then needed. */
  evaluation: evaluationSchema.optional(),
});

export const supervised = z.strictObject({
  type: z.literal('supervised'),
  supervised: supervisedSchema.prefault({}),
});
export type Supervised = z.output<typeof supervised>;
