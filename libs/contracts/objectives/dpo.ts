// Direct preference optimisation (Rafailov et al. 2023, arXiv 2305.18290).

import { z } from 'zod';
import { defineObjective } from './objective.js';

export const dpo = defineObjective({
  summary: 'direct preference optimisation of the alternate answers given in the forget file',
  options: { beta: z.number().positive().max(100).default(0.1) },
  alternate: 'file',
});
