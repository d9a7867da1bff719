// KL minimisation (TOFU's baseline, arXiv 2401.06121; open-unlearning's GradDiff with
// retain_loss_type KL).
import ga from './ga.js';
import { defineObjective } from './objective.js';

export default defineObjective({
  ...ga,
  summary: 'gradient ascent on the forget set, KL to the model before on the retain set',
  retainTerms: ['klr'],
});
