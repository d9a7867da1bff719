// How likely the judged model finds the gold answer.

import { first } from '#collections/items.js';
import { bootstrap } from '#metrics/bootstrap.js';
import { mean } from '#metrics/statistics.js';
import type { Figures, RowMetric, SetMetric } from './metric.js';

export const goldLogProb: RowMetric<'goldLogProb'> &
  SetMetric<
    'goldProbForget' | 'goldProbRetain' | 'goldProbForgetInterval' | 'goldProbRetainInterval'
  > = {
  row: ({ ofGold: { sum, tokens } }) => ({ goldLogProb: sum / Math.max(1, tokens) }),
  summary: (sets) => {
    const [forget, retain] = [probabilities(sets.forget), probabilities(sets.retain)];
    return {
      goldProbForget: mean(forget),
      goldProbRetain: mean(retain),
      goldProbForgetInterval: bootstrap([forget], first),
      goldProbRetainInterval: bootstrap([retain], first),
    };
  },
};

const probabilities = (rows: readonly Figures[]): number[] =>
  rows.map((row) => Math.exp(row.goldLogProb));
