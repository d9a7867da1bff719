// Method `supervised`: learn the training file.

import type { Supervised } from '#contracts/methods/supervised.js';
import { evaluationSets } from '../evaluation-sets.js';
import { evaluateStage, trainingSet, trainStage } from '../flow-stage.js';
import { needOf } from '../needs.js';
import type { JobMethod } from './job-method.js';

export const supervised: JobMethod<Supervised> = {
  hyperparameters: ({ supervised: { hyperparameters } }) => hyperparameters,

  needs: ({ supervised: { hyperparameters, evaluation } }) => [
    ...needOf('judge', evaluation?.judge, 'evaluation.judge'),
    ...needOf('precision', hyperparameters.precision, 'hyperparameters.precision'),
  ],

  async sets({ supervised: { evaluation: options } }, inputs) {
    const training = await inputs.training();
    const data = { training: training.artifact };
    const trained = [training];
    if (!options) return { data, trained, asked: [] };
    const at = 'method.supervised.evaluation';
    const { forget, retain } = await evaluationSets(options, at, { forget: training }, inputs.read);
    return {
      data: { ...data, evaluation: { forget: forget.artifact, retain: retain.artifact } },
      trained,
      asked: [forget, retain],
    };
  },

  stages: ({ supervised: { hyperparameters, evaluation } }, job) => [
    ...evaluateStage(job, 'before', evaluation),
    trainStage(job, {
      objective: 'sft',
      retainTerms: [],
      target: trainingSet(job),
      hyperparameters,
    }),
    ...evaluateStage(job, 'after', evaluation),
  ],
};
