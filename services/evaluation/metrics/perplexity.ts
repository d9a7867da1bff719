// How likely the base model finds an answer.

import { perplexity as perplexityOf } from '#metrics/fluency.js';
import type { RowMetric } from './metric.js';

export const perplexity: RowMetric<'perplexity'> = {
  row: ({ underBase: { sum, tokens } }) => ({ perplexity: perplexityOf(sum, tokens) ?? null }),
};
