// JSON documents that stages hand to each other through the tenant's artifacts.

import { z } from 'zod';
import { exampleSchema, saidSchema } from './examples.js';
import { intervalSchema } from './interval.js';
import { judgeErrorsSchema } from './judge-errors.js';
import { judges } from './judges.js';
import { stretchSchema } from './stretches.js';

/** A data set as it is kept beside its file; its rows are NumberedExamples. */
export const exampleSetSchema = z.strictObject({ stretches: z.array(stretchSchema) });

const trainRowFields = z.object({
  ...exampleSchema.omit({
    alternates: true,
    paraphrases: true,
    wrong: true,
    choices: true,
    objects: true,
  }).shape,
  /**
   * Beginning of the answer that is given rather than learned: of a safe answer in ReLearn's
   * completion task, of the answer to forget where it is broken off.
   */
  prefix: z.string().optional(),
  /** Of the forget set's file, 1-based: the row that this one was made from. */
  line: z.number().int().positive().optional(),
  /**
   * Index among the forget set's examples of the one that this row replaces.
   */
  pair: z.number().int().nonnegative().optional(),
  source: z
    .enum([
      'original',
      'rephrased',
      'specific',
      'noisy',
      'reversed',
      'completion',
      'break_off',
      'generic',
    ])
    .optional(),
});

/** An example to train on, with the step of augmentation that made it. */
const trainRowSchema = z.preprocess(withMessages, trainRowFields);

/** Sets that release 0.1 left have a question in place of a conversation. */
function withMessages(row: unknown): unknown {
  if (typeof row !== 'object' || row === null || !('question' in row)) return row;
  const { question: content, ...rest } = row;
  return { ...rest, messages: [{ role: 'user', content }] };
}

/** What `augment` leaves for `train`. */
export const trainSetSchema = z.object({
  rows: z.array(trainRowSchema),
  teacher: z.string(),
  dropped: z.object({ leaked: z.number(), language: z.number(), empty: z.number() }),
  /** Lines of the forget set of which no row was kept: nothing is trained on in their place. */
  lost: z.array(z.number().int().positive()).default([]),
  /** Rows to retain beside the retain set's: what the model that is to forget says itself. */
  neighbours: z.array(exampleSchema).default([]),
});
export type TrainSet = z.infer<typeof trainSetSchema>;

/**
 * Why an answer has no verdict: the gold answer itself declines, or says nothing that the question
 * does not; the answer was cut before it came to the fact; or the judge gave no reply that could be
 * read.
 */
export const unjudgedReasons = ['gold_declines', 'gold_says_nothing', 'cut', 'no_reply'] as const;
const unjudgedSchema = z.enum(unjudgedReasons);
const count = z.number().int().nonnegative();
/** By name, so that a receipt has no place for more. */
const unjudgedCountsSchema = z.strictObject({
  gold_declines: count,
  gold_says_nothing: count,
  cut: count,
  /** Not in earlier reports. */
  no_reply: count.optional(),
} satisfies Record<(typeof unjudgedReasons)[number], unknown>);

/** As ReLearn's judges rate an answer, in whole numbers. */
const ratingSchema = z.number().min(1).max(5);
const meanRatingSchema = z.strictObject({ mean: ratingSchema, interval: intervalSchema });

/** Means over the answers of a set that were rated, and how many were not. */
const meanRatingsSchema = z.strictObject({
  /** Of the forget set. */
  forgetting: meanRatingSchema.optional(),
  /** Of the retain set. */
  retention: meanRatingSchema.optional(),
  relevance: meanRatingSchema,
  fluency: meanRatingSchema,
  unrated: count,
});
export type MeanRatings = z.infer<typeof meanRatingsSchema>;

/** What is optional is not in reports of release 0.1. */
export const summarySchema = z.object({
  /**
   * Knowledge forgetting ratio of the forget set, knowledge retention ratio of the retain set, 0 to
   * 1; of the rows that have a verdict, null where none has.
   */
  kfr: z.number().nullable(),
  krr: z.number().nullable(),
  lsForget: z.number(),
  lsRetain: z.number(),
  rougeLForget: z.number(),
  rougeLRetain: z.number(),
  rouge1Forget: z.number(),
  rouge1Retain: z.number(),
  /** Wilson's intervals: few questions say little. */
  kfrInterval: intervalSchema.optional(),
  krrInterval: intervalSchema.optional(),
  /** Rows without a verdict, by reason. */
  unjudgedForget: unjudgedCountsSchema.optional(),
  unjudgedRetain: unjudgedCountsSchema.optional(),
  /** Answers that were cut at the bound of their tokens. */
  cutForget: z.number().int().nonnegative().optional(),
  cutRetain: z.number().int().nonnegative().optional(),
  /** Share of the answers that end in the same stretch again and again. */
  loopsForget: z.number().optional(),
  loopsRetain: z.number().optional(),
  loopsForgetInterval: intervalSchema.optional(),
  loopsRetainInterval: intervalSchema.optional(),
  /** Rows that show pictures; absent where none does. */
  imagesForget: z.number().int().positive().optional(),
  imagesRetain: z.number().int().positive().optional(),
  /**
   * Mean over the set of the gold answer's probability per token under the judged model, whatever it
   * answered: a fact that is only not said keeps it.
   */
  goldProbForget: z.number().optional(),
  goldProbRetain: z.number().optional(),
  /** Of the figures that are no shares: the bootstrap's, over questions. */
  goldProbForgetInterval: intervalSchema.optional(),
  goldProbRetainInterval: intervalSchema.optional(),
  lsForgetInterval: intervalSchema.optional(),
  lsRetainInterval: intervalSchema.optional(),
  rougeLForgetInterval: intervalSchema.optional(),
  rougeLRetainInterval: intervalSchema.optional(),
  rouge1ForgetInterval: intervalSchema.optional(),
  rouge1RetainInterval: intervalSchema.optional(),
  /** LS with medians in place of means, so that no single answer decides. */
  medianLsForget: z.number().optional(),
  medianLsRetain: z.number().optional(),
  /** Of the answers that have a token; null where none has. */
  medianPerplexityForget: z.number().nullable().optional(),
  medianPerplexityRetain: z.number().nullable().optional(),
  /** Answers without a token, which perplexity leaves out. */
  silentForget: z.number().int().nonnegative().optional(),
  silentRetain: z.number().int().nonnegative().optional(),
  /** Null where the judge rates nothing, or none could be rated. */
  ratingsForget: meanRatingsSchema.nullable().optional(),
  ratingsRetain: meanRatingsSchema.nullable().optional(),
});
export type Summary = z.infer<typeof summarySchema>;

export const reportRowSchema = z.object({
  set: z.enum(['forget', 'retain']),
  index: z.number().int(),
  question: z.string(),
  /** The whole conversation, where it is more than the question. */
  messages: z.array(saidSchema).readonly().optional(),
  /** How many pictures it shows; absent where it shows none. */
  images: z.number().int().positive().optional(),
  gold: z.string(),
  answer: z.string(),
  /** Why the answer ended: by itself, or at the bound of its tokens. */
  finish: z.enum(['stop', 'length']).optional(),
  /** Whether the answer ends in the same stretch again and again. */
  loops: z.boolean().optional(),
  /** Of the answer given the question under the base model; null where the answer has no token. */
  perplexity: z.number().nullable(),
  /** Mean log-probability per token of the gold answer under the judged model. */
  goldLogProb: z.number(),
  rouge1: z.number(),
  rougeL: z.number(),
  brunet: z.number(),
  honore: z.number(),
  coverage: z.number(),
  /**
   * In meaning, of answer and gold answer, at most 1; null where the judge has no embedder, or where
   * they do not compare: one is much longer, or states nothing, or says other numbers.
   */
  answerSimilarity: z.number().nullable().optional(),
  contradiction: z.boolean(),
  /** Whether the answer says what alone is the fact: an address, a number, a date. */
  identified: z.boolean().optional(),
  goldEntities: z.array(z.string()),
  answerEntities: z.array(z.string()),
  /** Forgotten, for the forget set; retained, for the retain set; null where that cannot be told. */
  verdict: z.boolean().nullable(),
  /** Why there is no verdict; null where there is one. */
  unjudged: unjudgedSchema.nullable().optional(),
  /** Of a judge that is a language model; null where it gave no reply that could be read. */
  ratings: z
    .strictObject({
      /** Of the forget set: 5 discloses nothing of the gold answer. */
      forgetting: ratingSchema.optional(),
      /** Of the retain set: 5 says all of the gold answer. */
      retention: ratingSchema.optional(),
      relevance: ratingSchema,
      fluency: ratingSchema,
    })
    .nullable()
    .optional(),
});
export type ReportRow = z.infer<typeof reportRowSchema>;

export const reportHead = {
  model: z.object({ base: z.string(), adapter: z.string().optional() }),
  judge: z.enum(judges),
  /** Of a judge of this name where it was measured; null where it was not. Not in earlier reports. */
  judgeErrors: judgeErrorsSchema.nullable().optional(),
  summary: summarySchema,
};

/** What `evaluate` leaves. Its rows are ReportRows. */
export const reportManifestSchema = z.strictObject({
  ...reportHead,
  stretches: z.array(stretchSchema),
});
export type ReportManifest = z.infer<typeof reportManifestSchema>;

/** A report with its rows in it, as clients get it. */
export const reportSchema = z.object({ ...reportHead, rows: z.array(reportRowSchema) });
export type Report = z.infer<typeof reportSchema>;
