// Bodies of jobs, as the gateway checks them.

import { jobRequestSchema } from '#contracts/job-request.js';
import { mutateJson } from '../mutate.js';
import type { Target } from '../target.js';

const METHODS: readonly object[] = [
  {
    type: 'unlearn',
    unlearn: {
      objective: { type: 'relearn' },
      evaluation_file: 'file-3',
      hyperparameters: { n_epochs: 2, batch_size: 4, learning_rate: 1e-4, lora: { r: 4 } },
    },
  },
  { type: 'unlearn', unlearn: { retain_file: 'file-2', objective: { type: 'npo', beta: 0.1 } } },
  { type: 'supervised', supervised: { hyperparameters: { n_epochs: 'auto' } } },
];

export const recipes: Target = {
  name: 'recipes',
  inputs: 15_000,
  open: async () => ({
    run(random) {
      const body = {
        model: 'lethe-tiny',
        training_file: 'file-1',
        suffix: 'forgot',
        seed: 3,
        metadata: { note: 'x' },
        method: random.pick(METHODS),
      };
      return jobRequestSchema.safeParse(mutateJson(random, body)).success;
    },
  }),
};
