// What a request may ask of the evaluation of answers from a knowledge base.

import { z } from 'zod';
import { ratingJudges } from './judges.js';

export const knowledgeEvaluationSchema = z.strictObject({
  /**
   * Questions of each split, at most: two of three choose the settings, of which links alone are asked;
   * figures are of the third.
   */
  limit: z.number().int().min(2).max(10_000).default(150),
  /** Of the answers given, what is to be right: thresholds are the laxest at which it is. */
  precision: z.number().min(0).max(1).default(0.99),
  /** Who rates how much the answers help, and whether they could harm; absent, nobody does. */
  judge: z.enum(ratingJudges).optional(),
  max_tokens: z.number().int().min(1).max(2048).default(256),
  shard_size: z.number().int().min(1).max(1000).default(32),
});
export type KnowledgeEvaluation = z.infer<typeof knowledgeEvaluationSchema>;
