// Safe answers learned and the answers to forget distilled away, in the same step: ReLearn's data
// (arXiv 2502.11190) with UNDIAL's target (arXiv 2402.10052).

import { z } from 'zod';
import { defineObjective } from './objective.js';

export const erase = defineObjective({
  summary: 'learn safe answers while all tokens of the answers to forget are distilled away',
  options: {
    /** Of a job whose model is not an adapter on a base, `shifted` either way. */
    towards: z.enum(['base', 'shifted']).default('base'),
    beta: z.number().positive().max(1000).default(10),
    gamma: z.number().positive().max(100).default(1),
  },
  rows: 'augmented',
  alternate: 'augmented',
  breakOffs: 2,
  retainTerms: ['gdr', 'klr'],
});
