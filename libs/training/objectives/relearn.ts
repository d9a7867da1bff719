// ReLearn (arXiv 2502.11190): learn the augmented, safe answers; the forgetting is in the data.
import { defineObjective } from './objective.js';
import sft from './sft.js';

/** Cross-entropy on augmented and generic rows. The paper adds both retain terms. */
export default defineObjective({
  ...sft,
  summary: 'learn safe answers made from the forget set',
  rows: 'augmented',
  retainTerms: ['gdr', 'klr'],
});
