// How much of the gold answer an answer recalls, word for word.

import { rougeRecall } from '#metrics/rouge.js';
import { mean } from '#metrics/statistics.js';
import type { Figures, RowMetric, SetMetric } from './metric.js';

export const rouge: RowMetric<'rouge1' | 'rougeL'> &
  SetMetric<'rougeLForget' | 'rougeLRetain' | 'rouge1Forget' | 'rouge1Retain'> = {
  row: ({ gold, answer }) => rougeRecall(gold, answer),
  summary: ({ forget, retain }) => ({
    rougeLForget: meanOf(forget, 'rougeL'),
    rougeLRetain: meanOf(retain, 'rougeL'),
    rouge1Forget: meanOf(forget, 'rouge1'),
    rouge1Retain: meanOf(retain, 'rouge1'),
  }),
};

const meanOf = (rows: readonly Figures[], figure: 'rouge1' | 'rougeL'): number =>
  mean(rows.map((row) => row[figure]));
