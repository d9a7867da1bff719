// Representation misdirection (Li et al. 2024, arXiv 2403.03218).

import { z } from 'zod';
import { defineObjective } from './objective.js';

export const rmu = defineObjective({
  summary:
    "steer a layer's states on the forget set to a random direction, keep them on the retain set",
  options: {
    /** From 0. */
    layer: z.number().int().min(0).max(1000).default(7),
    steering_coeff: z.number().positive().max(1e6).default(2),
    /** Weight of the distance to the reference's states on the retain set. */
    retain_coeff: z.number().min(0).max(1e6).default(1),
  },
  retainTerms: [],
  ownRetainLoss: true,
});
