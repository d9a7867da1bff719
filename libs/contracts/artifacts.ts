// JSON documents that stages hand to each other through the tenant's artifacts.
import { z } from 'zod';
import { judges } from './judges.js';

/** One row of a train set, as libs/models' TrainRow, with the step of augmentation that made it. */
export const trainRowSchema = z.object({
  question: z.string(),
  answer: z.string(),
  prefix: z.string().optional(),
  /**
   * Index in the forget set of the row that this one replaces; its answer is not copied, as it is
   * to be forgotten.
   */
  pair: z.number().int().nonnegative().optional(),
  source: z
    .enum(['original', 'rephrased', 'specific', 'noisy', 'reversed', 'completion', 'generic'])
    .optional(),
});
/** What `augment` leaves for `train`: jobs/<jobId>/augmented. */
export const trainSetSchema = z.object({
  rows: z.array(trainRowSchema),
  teacher: z.string(),
  dropped: z.object({ leaked: z.number(), language: z.number(), empty: z.number() }),
});
export type TrainSet = z.infer<typeof trainSetSchema>;

export const summarySchema = z.object({
  /**
   * Knowledge forgetting ratio of the forget set, knowledge retention ratio of the retain set, 0 to
   * 1.
   */
  kfr: z.number(),
  krr: z.number(),
  lsForget: z.number(),
  lsRetain: z.number(),
  rougeLForget: z.number(),
  rougeLRetain: z.number(),
  rouge1Forget: z.number(),
  rouge1Retain: z.number(),
});
export type Summary = z.infer<typeof summarySchema>;

export const reportRowSchema = z.object({
  set: z.enum(['forget', 'retain']),
  index: z.number().int(),
  question: z.string(),
  gold: z.string(),
  answer: z.string(),
  /** Of the answer given the question under the base model; null where the answer has no token. */
  perplexity: z.number().nullable(),
  /** Mean log-probability a token of the gold answer under the judged model. */
  goldLogProb: z.number(),
  rouge1: z.number(),
  rougeL: z.number(),
  brunet: z.number(),
  honore: z.number(),
  coverage: z.number(),
  contradiction: z.boolean(),
  goldEntities: z.array(z.string()),
  answerEntities: z.array(z.string()),
  /** Forgotten, for the forget set; retained, for the retain set. */
  verdict: z.boolean(),
});
export type ReportRow = z.infer<typeof reportRowSchema>;

/** What `evaluate` leaves: jobs/<jobId>/before and /after. */
export const reportSchema = z.object({
  model: z.object({ base: z.string(), adapter: z.string().optional() }),
  judge: z.enum(judges),
  summary: summarySchema,
  rows: z.array(reportRowSchema),
});
export type Report = z.infer<typeof reportSchema>;
