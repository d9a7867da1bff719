// POPE: is an object that is asked for in the picture? (Li et al. 2023, arXiv 2305.10355)

import { popeCounts } from '#metrics/hallucination/pope.js';
import { labelOf } from './label.js';
import { seeing } from './seeing.js';

export const pope = seeing('pope', async () => (example, answer) => {
  const gold = labelOf(example);
  return { gold, figures: popeCounts(answer, gold) };
});
