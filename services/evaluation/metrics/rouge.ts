// How much of the gold answer an answer recalls, word for word.

import { first } from '#collections/items.js';
import { bootstrap } from '#metrics/bootstrap.js';
import type { Interval } from '#metrics/intervals.js';
import { rougeRecall } from '#metrics/rouge.js';
import { mean } from '#metrics/statistics.js';
import type { Figures, RowMetric, SetMetric } from './metric.js';

type Recall = 'rougeLForget' | 'rougeLRetain' | 'rouge1Forget' | 'rouge1Retain';

export const rouge: RowMetric<'rouge1' | 'rougeL'> & SetMetric<Recall | `${Recall}Interval`> = {
  row: ({ gold, answer }) => rougeRecall(gold, answer),
  summary: ({ forget, retain }) => ({
    rougeLForget: meanOf(forget, 'rougeL'),
    rougeLRetain: meanOf(retain, 'rougeL'),
    rouge1Forget: meanOf(forget, 'rouge1'),
    rouge1Retain: meanOf(retain, 'rouge1'),
    rougeLForgetInterval: intervalOf(forget, 'rougeL'),
    rougeLRetainInterval: intervalOf(retain, 'rougeL'),
    rouge1ForgetInterval: intervalOf(forget, 'rouge1'),
    rouge1RetainInterval: intervalOf(retain, 'rouge1'),
  }),
};

const recalls = (rows: readonly Figures[], figure: 'rouge1' | 'rougeL'): number[] =>
  rows.map((row) => row[figure]);

const meanOf = (rows: readonly Figures[], figure: 'rouge1' | 'rougeL'): number =>
  mean(recalls(rows, figure));

const intervalOf = (rows: readonly Figures[], figure: 'rouge1' | 'rougeL'): Interval =>
  bootstrap([recalls(rows, figure)], first);
