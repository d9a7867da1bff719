// ReLearn's DPO variant: its safe answers are preferred to the answers to forget (arXiv
// 2502.11190).

import { z } from 'zod';
import { defineObjective } from './objective.js';

export const relearnDpo = defineObjective({
  summary: 'direct preference optimisation of the augmented answers, on mean log-likelihoods',
  options: { beta: z.number().positive().max(100).default(0.1) },
  rows: 'augmented',
  alternate: 'augmented',
});
