// DPO towards "I don't know" (TOFU's preference baseline, arXiv 2401.06121; open-unlearning's
// IdkDPO).

import { dpo } from './dpo.js';
import { defineObjective } from './objective.js';

export const idkdpo = defineObjective({
  ...dpo,
  summary: 'direct preference optimisation of "I don\'t know"',
  alternate: 'unknowing',
});
