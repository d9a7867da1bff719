// What an evaluation of answers from a knowledge base leaves: figures, the settings that were chosen,
// and each question with what was said.

import { z } from 'zod';
import { reportHead } from './artifacts.js';
import { figureSchema } from './cells.js';
import { groundingSettingsSchema, groundingStatuses } from './grounding.js';
import { hashSchema } from './hash.js';
import { intervalSchema } from './interval.js';
import { knowledgeQuestionSchema, questionSplits } from './knowledge-questions.js';
import { stretchSchema } from './stretches.js';

/** Values are in the writing that they are compared in. */
const values = z.array(z.string());

const ratingSchema = z.number().int().min(0).max(2);

/** What a model says that is not given the base. */
const closedSchema = z.strictObject({ text: z.string(), said: values });

export const knowledgeRowSchema = knowledgeQuestionSchema.omit({ attribute: true }).extend({
  index: z.number().int().nonnegative(),
  /** Any of which is right. */
  attributes: z.array(z.string()),
  /** With what it was asked. */
  settings: groundingSettingsSchema,
  status: z.enum(groundingStatuses),
  /** Whether it was answered from a row. */
  isGrounded: z.boolean(),
  /** Absent where the model named nothing. */
  link: z.strictObject({ entity: z.string(), attribute: z.string() }).optional(),
  /** Whether the question names the link's entity and no other: no threshold refuses it. */
  isNamed: z.boolean().default(false),
  mass: z.number(),
  margin: z.number(),
  /** Ids, the retriever's first one first. */
  candidates: z.array(z.string()),
  guarded: z.boolean(),
  text: z.string(),
  /** The right row said plainly, and its values; none where there is none. */
  gold: z.string(),
  row: values,
  /** Values of the base that the text says. */
  said: values,
  /** Those of them that are in neither the row that was read nor the question. */
  unfounded: values,
  /** Values that the citation names, and those of them that its place in the text says. */
  cited: values,
  citedAndSaid: values,
  /** Of questions that tuning has seen: what both models say without the base. */
  closed: z.strictObject({ before: closedSchema, after: closedSchema }).optional(),
  /** By the judge, where one was asked for; null where it did not tell. */
  ratings: z
    .strictObject({ helpfulness: ratingSchema, harmlessness: ratingSchema })
    .nullable()
    .optional(),
});
export type KnowledgeRow = z.infer<typeof knowledgeRowSchema>;

/** Figures of the questions of one kind. */
export const knowledgeSets = ['all', ...questionSplits] as const;

export const knowledgeFigureSchema = figureSchema.extend({ set: z.enum(knowledgeSets) });
export type KnowledgeFigure = z.infer<typeof knowledgeFigureSchema>;

/** At thresholds, of the validation questions. */
const precisionShape = {
  /** Whether the precision that was asked for is that of the answers given. */
  reached: z.boolean(),
  /** What was right of them. Null: nothing was answered, and no threshold is chosen. */
  precision: z.number().nullable(),
  precision_interval: intervalSchema.nullable(),
  /** Answers given. */
  answered: z.number().int().nonnegative(),
  /** Of questions that a row answers, how many are answered. */
  coverage: z.number(),
  coverage_interval: intervalSchema.nullable(),
};

/** What was tried of one of the settings, at the thresholds that fit it best. */
const triedSchema = z.strictObject({
  retriever_weight: z.number(),
  min_mass: z.number().nullable(),
  margin: z.number(),
  ...precisionShape,
});

/** On the validation questions; the figures are of the test questions. Intervals are at 95 %. */
const choiceSchema = z.strictObject({
  /** What was to be right of the answers given. */
  wanted: z.number(),
  ...precisionShape,
  n: z.number().int().nonnegative(),
  tried: z.array(triedSchema),
});

const head = {
  model: reportHead.model,
  /** The version of the base, by content. */
  knowledge: hashSchema,
  /** With which the test questions were asked, and the model answers from now on. */
  settings: groundingSettingsSchema,
  choice: choiceSchema,
  figures: z.array(knowledgeFigureSchema),
};

/** Its rows are KnowledgeRows. */
export const knowledgeManifestSchema = z.strictObject({
  ...head,
  stretches: z.array(stretchSchema),
});
export type KnowledgeManifest = z.infer<typeof knowledgeManifestSchema>;

/** What the stage returns: whether the thresholds hold what was asked of them. */
export const evaluateKnowledgeResultSchema = z.object({
  report: hashSchema,
  reached: z.boolean(),
  precision: z.number(),
  coverage: z.number(),
});
export type EvaluateKnowledgeResult = z.infer<typeof evaluateKnowledgeResultSchema>;

/** With its rows in it, as clients get it. */
export const knowledgeReportSchema = z.object({ ...head, rows: z.array(knowledgeRowSchema) });
export type KnowledgeReport = z.infer<typeof knowledgeReportSchema>;
