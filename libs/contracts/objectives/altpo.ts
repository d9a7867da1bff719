// Alternate preference optimisation (Mekala et al. 2024, arXiv 2409.13474).

import { dpo } from './dpo.js';
import { defineObjective } from './objective.js';

export const altpo = defineObjective({
  ...dpo,
  summary: 'direct preference optimisation of several alternate answers per question',
});
