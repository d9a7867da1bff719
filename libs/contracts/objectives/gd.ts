// Gradient difference (Liu et al. 2022, arXiv 2203.12817; open-unlearning's GradDiff).

import { ga } from './ga.js';
import { defineObjective } from './objective.js';

export const gd = defineObjective({
  ...ga,
  summary: 'gradient difference: ascent on the forget set, cross-entropy on the retain set',
  retainTerms: ['gdr'],
});
