// Method `knowledge_tuning`: the model learns to name the row of a knowledge base that a question
// asks for, and to word what the row says. The rows themselves are not learned.

import { z } from 'zod';
import { hyperparametersSchema } from '../hyperparameters.js';
import { knowledgeAugmentationSchema } from '../knowledge-augmentation.js';
import { knowledgeEvaluationSchema } from '../knowledge-evaluation.js';

const knowledgeTuningSchema = z.strictObject({
  knowledge_base: z.string().min(1),
  hyperparameters: hyperparametersSchema.prefault({}),
  augmentation: knowledgeAugmentationSchema.prefault({}),
  evaluation: knowledgeEvaluationSchema.prefault({}),
});

export const knowledgeTuning = z.strictObject({
  type: z.literal('knowledge_tuning'),
  knowledge_tuning: knowledgeTuningSchema,
});
export type KnowledgeTuning = z.output<typeof knowledgeTuning>;
