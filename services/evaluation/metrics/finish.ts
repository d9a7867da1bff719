// Why answers ended, and how many were cut.

import type { Figures, RowMetric, SetMetric } from './metric.js';

export const finish: RowMetric<'finish'> & SetMetric<'cutForget' | 'cutRetain'> = {
  row: ({ finish: reason }) => ({ finish: reason }),
  summary: ({ forget, retain }) => ({ cutForget: cutOf(forget), cutRetain: cutOf(retain) }),
};

const cutOf = (rows: readonly Figures[]): number =>
  rows.filter((row) => row.finish === 'length').length;
