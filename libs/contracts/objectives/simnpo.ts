// NPO without a reference (Fan et al. 2024, arXiv 2410.07163).

import { z } from 'zod';
import { defineObjective } from './objective.js';

export const simnpo = defineObjective({
  summary: 'NPO without a reference, on mean log-likelihoods',
  options: {
    beta: z.number().positive().max(100).default(4.5),
    delta: z.number().min(-100).max(100).default(0),
  },
  weights: { forget: 0.125 },
});
