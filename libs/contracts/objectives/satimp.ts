// Loss reweighting by saturation and importance (Yang et al. 2025, arXiv 2505.11953).

import { z } from 'zod';
import { defineObjective } from './objective.js';

export const satimp = defineObjective({
  summary: 'gradient ascent weighted by p^beta1 (1 - p)^beta2',
  options: {
    beta1: z.number().min(0).max(100).default(5),
    beta2: z.number().min(0).max(100).default(1),
  },
  weights: { retain: 0.1, kl: 0.1 },
  ascent: true,
});
