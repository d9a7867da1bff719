// ReLearn (arXiv 2502.11190): the forgetting is in the data. The paper adds both retain terms.

import { defineObjective } from './objective.js';
import { sft } from './sft.js';

export const relearn = defineObjective({
  ...sft,
  summary: 'learn safe answers made from the forget set',
  rows: 'augmented',
  retainTerms: ['gdr', 'klr'],
});
