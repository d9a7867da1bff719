// How likely the judged model finds the gold answer.

import { mean } from '#metrics/statistics.js';
import type { Figures, RowMetric, SetMetric } from './metric.js';

export const goldLogProb: RowMetric<'goldLogProb'> &
  SetMetric<'goldProbForget' | 'goldProbRetain'> = {
  row: ({ ofGold: { sum, tokens } }) => ({ goldLogProb: sum / Math.max(1, tokens) }),
  summary: ({ forget, retain }) => ({
    goldProbForget: meanProb(forget),
    goldProbRetain: meanProb(retain),
  }),
};

const meanProb = (rows: readonly Figures[]): number =>
  mean(rows.map((row) => Math.exp(row.goldLogProb)));
