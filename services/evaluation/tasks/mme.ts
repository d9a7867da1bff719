// A subtask of MME's hallucination subset: two questions of yes and no about each picture (Fu et al.
// 2023, arXiv 2306.13394).

import { mmeSaid } from '#metrics/hallucination/mme.js';
import { labelOf } from './label.js';
import { seeing } from './seeing.js';

export const mme = seeing('mme', async () => (example, answer) => {
  const gold = labelOf(example);
  const said = mmeSaid(answer);
  return {
    gold,
    figures: {
      right: Number(said === gold),
      yes: Number(said === 'yes'),
      others: Number(said === 'other'),
    },
  };
});
