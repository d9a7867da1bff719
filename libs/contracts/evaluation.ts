// What a request may ask of evaluation.

import { z } from 'zod';
import { judges } from './judges.js';
import { auditTiers } from './probes.js';
import { isStorable } from './text.js';

/** How the result is judged. Files default to the forget and retain sets themselves. */
export const evaluationSchema = z.strictObject({
  forget_file: z.string().optional(),
  retain_file: z.string().optional(),
  judge: z.enum(judges).default('lexical'),
  max_tokens: z.number().int().min(1).max(2048).default(64),
  /** Upper bound of questions judged per set; the first ones are taken. */
  limit: z.number().int().min(1).max(100_000).optional(),
  shard_size: z.number().int().min(1).max(1000).default(32),
});
export type EvaluationOptions = z.infer<typeof evaluationSchema>;

/** Of a job that makes a model forget, which is audited as well. */
export const unlearningEvaluationSchema = evaluationSchema.extend({
  audit: z.enum([...auditTiers, 'none']).default('quick'),
  /**
   * A model that never saw the forget set, such as one taught the retain set alone. Default: the bare
   * base, where the job's model is an adapter on it.
   */
  reference: z.string().min(1).refine(isStorable, 'must be the name of a model').optional(),
  /** Questions of the forget set's kind that no model was taught: what shows it was a member? */
  holdout_file: z.string().optional(),
});
export type UnlearningEvaluation = z.infer<typeof unlearningEvaluationSchema>;
