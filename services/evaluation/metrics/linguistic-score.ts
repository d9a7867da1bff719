// Does the model still speak? Perplexity, Brunet's index and Honore's statistic in one number.

import { bootstrap } from '#metrics/bootstrap.js';
import { linguisticScore as scoreOf, scoreOfMeans } from '#metrics/fluency.js';
import type { Interval } from '#metrics/intervals.js';
import { median } from '#metrics/statistics.js';
import type { Figures, SetMetric } from './metric.js';

export const linguisticScore: SetMetric<
  | 'lsForget'
  | 'lsRetain'
  | 'lsForgetInterval'
  | 'lsRetainInterval'
  | 'medianLsForget'
  | 'medianLsRetain'
  | 'medianPerplexityForget'
  | 'medianPerplexityRetain'
  | 'silentForget'
  | 'silentRetain'
> = {
  summary: ({ forget, retain }) => ({
    lsForget: scoreOf(fluencies(forget)),
    lsRetain: scoreOf(fluencies(retain)),
    lsForgetInterval: intervalOf(forget),
    lsRetainInterval: intervalOf(retain),
    medianLsForget: scoreOf(fluencies(forget), median),
    medianLsRetain: scoreOf(fluencies(retain), median),
    medianPerplexityForget: medianPerplexity(forget),
    medianPerplexityRetain: medianPerplexity(retain),
    silentForget: silentOf(forget),
    silentRetain: silentOf(retain),
  }),
};

const fluencies = (rows: readonly Figures[]) =>
  rows.map(({ perplexity, ...rest }) => ({ ...rest, perplexity: perplexity ?? undefined }));

const intervalOf = (rows: readonly Figures[]): Interval =>
  bootstrap(
    [
      rows.map(({ perplexity }) => perplexity ?? Number.NaN),
      rows.map(({ brunet }) => brunet),
      rows.map(({ honore }) => honore),
    ],
    ([perplexity = 0, brunet = 0, honore = 0]) => scoreOfMeans(perplexity, brunet, honore),
  );

const medianPerplexity = (rows: readonly Figures[]): number | null =>
  silentOf(rows) === rows.length ? null : median(rows.flatMap((row) => row.perplexity ?? []));

const silentOf = (rows: readonly Figures[]): number =>
  rows.filter(({ perplexity }) => perplexity === null).length;
