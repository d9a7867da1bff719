// Method `knowledge_tuning`: learn to answer from a knowledge base.

import type { KnowledgeTuning } from '#contracts/methods/knowledge-tuning.js';
import { augmentKnowledgeStage, evaluateKnowledgeStage, trainStage } from '../flow-stage.js';
import { needOf } from '../needs.js';
import type { JobMethod } from './job-method.js';

export const knowledgeTuning: JobMethod<KnowledgeTuning> = {
  hyperparameters: ({ knowledge_tuning: { hyperparameters } }) => hyperparameters,

  needs: ({ knowledge_tuning: { hyperparameters, augmentation, evaluation } }) => [
    ...needOf('judge', evaluation.judge, 'evaluation.judge'),
    ...needOf('teacher', augmentation.teacher, 'augmentation.teacher'),
    ...needOf('precision', hyperparameters.precision, 'hyperparameters.precision'),
  ],

  async sets({ knowledge_tuning: { knowledge_base: id } }, inputs) {
    const knowledge = await inputs.knowledge(id, 'method.knowledge_tuning.knowledge_base');
    return { data: { knowledge }, trained: [], asked: [] };
  },

  stages: ({ knowledge_tuning: options }, job) => [
    augmentKnowledgeStage(job, options),
    // The set is what `augment` leaves.
    trainStage(job, {
      objective: 'sft',
      retainTerms: [],
      hyperparameters: options.hyperparameters,
    }),
    evaluateKnowledgeStage(job, options),
  ],
};
