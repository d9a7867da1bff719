// Questions for a knowledge base with what answers them: what augmentation leaves for evaluation, one
// a line.

import { z } from 'zod';

/** What is held back of a question: nothing, its wording, its entity, its spelling; or there is no row. */
export const questionSplits = [
  'seen',
  'unseen_wording',
  'unseen_entity',
  'synonym',
  'absent',
  'unsupported',
] as const;
export type QuestionSplit = (typeof questionSplits)[number];

export const questionUses = ['validation', 'test'] as const;

export const knowledgeQuestionSchema = z.strictObject({
  question: z.string().min(1),
  split: z.enum(questionSplits),
  /** Thresholds are chosen on the ones, and told on the others. */
  use: z.enum(questionUses),
  /** Ids, any of which is right; none: the base has no such entity. */
  entities: z.array(z.string()),
  attribute: z.string().optional(),
});
export type KnowledgeQuestion = z.infer<typeof knowledgeQuestionSchema>;
