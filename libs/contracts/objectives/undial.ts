// Self-distillation from the model before (Dong et al. 2024, arXiv 2402.10052).

import { z } from 'zod';
import { defineObjective } from './objective.js';

export const undial = defineObjective({
  summary: "self-distillation from the model before, the labels' logits lowered by beta",
  options: { beta: z.number().positive().max(1000).default(10) },
  retainTerms: [],
});
