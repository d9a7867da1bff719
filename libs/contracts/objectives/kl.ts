// KL minimisation (TOFU's baseline, arXiv 2401.06121).

import { ga } from './ga.js';
import { defineObjective } from './objective.js';

export const kl = defineObjective({
  ...ga,
  summary: 'gradient ascent on the forget set, KL to the model before on the retain set',
  retainTerms: ['klr'],
});
