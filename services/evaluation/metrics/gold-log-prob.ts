// How likely the judged model finds the gold answer.

import type { RowMetric } from './metric.js';

export const goldLogProb: RowMetric<'goldLogProb'> = {
  row: ({ ofGold: { sum, tokens } }) => ({ goldLogProb: sum / Math.max(1, tokens) }),
};
