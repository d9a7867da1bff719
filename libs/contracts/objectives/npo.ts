// Negative preference optimisation (Zhang et al. 2024, arXiv 2404.05868).

import { z } from 'zod';
import { defineObjective } from './objective.js';

export const npo = defineObjective({
  summary: 'negative preference optimisation',
  options: { beta: z.number().positive().max(100).default(0.1) },
  retainTerms: ['gdr', 'klr'],
});
