// Questions for a knowledge base with what answers them: what augmentation leaves for evaluation, one
// a line.

import { z } from 'zod';

/**
 * What is held back of a question: nothing, its wording, its entity, its spelling; the next three say names
 * that the base does not list; of the last two there is no row.
 */
export const questionSplits = [
  'seen',
  'unseen_wording',
  'unseen_entity',
  'synonym',
  'hidden_alias',
  'misspelt',
  'part',
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
  /** An alias that it says, and that the base is asked as if it did not have. */
  hidden: z.string().min(1).optional(),
});
export type KnowledgeQuestion = z.infer<typeof knowledgeQuestionSchema>;
