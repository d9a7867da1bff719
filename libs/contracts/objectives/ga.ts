// Gradient ascent (open-unlearning's GradAscent).

import { defineObjective } from './objective.js';

export const ga = defineObjective({
  summary: 'gradient ascent on the forget set',
  retainTerms: ['gdr', 'klr'],
  ascent: true,
});
