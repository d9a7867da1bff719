// Does the model still speak? Perplexity, Brunet's index and Honore's statistic in one number.

import { linguisticScore as scoreOf } from '#metrics/fluency.js';
import type { Figures, SetMetric } from './metric.js';

export const linguisticScore: SetMetric<'lsForget' | 'lsRetain'> = {
  summary: ({ forget, retain }) => ({ lsForget: ofSet(forget), lsRetain: ofSet(retain) }),
};

const ofSet = (rows: readonly Figures[]): number =>
  scoreOf(
    rows.map(({ perplexity, ...rest }) => ({ ...rest, perplexity: perplexity ?? undefined })),
  );
