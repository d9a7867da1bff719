// Weighted gradient ascent (Wang et al. 2025, arXiv 2502.19301).

import { z } from 'zod';
import { defineObjective } from './objective.js';

export const wga = defineObjective({
  summary: 'gradient ascent weighted by p^beta',
  options: { beta: z.number().min(0).max(100).default(1) },
  ascent: true,
});
