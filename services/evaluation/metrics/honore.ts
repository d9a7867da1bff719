// How rich an answer's words are, by Honore's statistic.

import { honore as honoreOf } from '#metrics/fluency.js';
import type { RowMetric } from './metric.js';

export const honore: RowMetric<'honore'> = {
  row: ({ answer }) => ({ honore: honoreOf(answer) }),
};
