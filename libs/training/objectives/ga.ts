// Gradient ascent on the forget set (open-unlearning's GradAscent).
import { defineObjective } from './objective.js';

/** -NLL = mean(log p): minimised, it makes the labels unlikely. */
export default defineObjective({
  summary: 'gradient ascent on the forget set',
  retainTerms: ['gdr', 'klr'],
  ascent: true,
  loss: (_graph, { forget }) => forget.tokenMean(forget.logProbs),
});
