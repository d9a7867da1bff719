// How rich an answer's words are, by Brunet's index.

import { brunet as brunetOf } from '#metrics/fluency.js';
import type { RowMetric } from './metric.js';

export const brunet: RowMetric<'brunet'> = {
  row: ({ answer }) => ({ brunet: brunetOf(answer) }),
};
