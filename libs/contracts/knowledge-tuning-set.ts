// What augmentation makes of a knowledge base: rows to train on, and questions to evaluate with.

import { z } from 'zod';
import { stretchSchema } from './stretches.js';

/**
 * What of a turn a row teaches: the link, its name or its attribute alone, the row of the base
 * (L_retrieval), or the answer.
 */
export const tuningParts = ['link', 'entity', 'attribute', 'retrieval', 'response'] as const;
export type TuningPart = (typeof tuningParts)[number];

/** How a question names its entity. */
export const namings = ['name', 'alias', 'noisy', 'absent'] as const;
export type Naming = (typeof namings)[number];

export const tuningRowSchema = z.strictObject({
  question: z.string().min(1),
  /** What the turn says and reads before the answer. It takes no loss. */
  prefix: z.string().min(1).optional(),
  /** What is learned, with the line break that it may end with. */
  answer: z.string().min(1),
  /** The turn goes on after the answer; absent, its end is learned as well. */
  isOpen: z.literal(true).optional(),
  part: z.enum(tuningParts),
  naming: z.enum(namings),
});
export type TuningRow = z.infer<typeof tuningRowSchema>;

const count = z.number().int().nonnegative();

/** Questions and answers that were left out, by why. */
export const droppedSchema = z.strictObject({
  /** A question's words name another entity, or not its own alone. */
  unlinked: count,
  /** A row's first value has no room within max_length. */
  long: count,
  /** In no wording does an answer say its row alone. */
  unfounded: count,
});
export type Dropped = z.infer<typeof droppedSchema>;

/** What `augment` leaves for `train`: its rows are TuningRows. */
export const tuningSetSchema = z.strictObject({
  teacher: z.string(),
  dropped: droppedSchema,
  stretches: z.array(stretchSchema),
});
export type TuningSet = z.infer<typeof tuningSetSchema>;

/** What it leaves for evaluation: its rows are KnowledgeQuestions. */
export const questionSetSchema = z.strictObject({ stretches: z.array(stretchSchema) });
