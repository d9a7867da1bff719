// Method `audit`: the model is asked whether it still knows the training file, and nothing is trained.

import { z } from 'zod';
import { evaluationSchema, unlearningEvaluationSchema } from '../evaluation.js';
import { hyperparametersSchema } from '../hyperparameters.js';
import { auditTiers } from '../probes.js';

const { reference, holdout_file } = unlearningEvaluationSchema.shape;

const auditMethodSchema = evaluationSchema.omit({ forget_file: true }).extend({
  tier: z.enum(auditTiers).default('quick'),
  /** The model that unlearning began from: without it nobody knows how much there was to forget. */
  before: reference,
  reference,
  holdout_file,
  /** With which a full audit relearns. */
  hyperparameters: hyperparametersSchema.prefault({}),
});

export const audit = z.strictObject({
  type: z.literal('audit'),
  audit: auditMethodSchema.prefault({}),
});
export type Auditing = z.output<typeof audit>;
