// What a job took, once it has ended: written in the transaction that ends it, so that it counts
// once.

import type { Amount } from '#contracts/usage-metrics.js';
import type { JobRow, StageRow } from '../database/tenant-records.js';

/** A stage that the end cut off took the time until then. */
export function usageOfJob(
  { trainedTokens, finishedAt }: Pick<JobRow, 'trainedTokens' | 'finishedAt'>,
  stages: readonly Pick<StageRow, 'stage' | 'startedAt' | 'finishedAt'>[],
): Amount[] {
  const end = finishedAt ?? new Date();
  const seconds = stages.flatMap((stage): Amount[] => {
    if (!stage.startedAt) return [];
    const ms = (stage.finishedAt ?? end).getTime() - stage.startedAt.getTime();
    return [{ metric: `job_seconds.${stage.stage}`, amount: Math.max(0, ms) / 1000 }];
  });
  return [{ metric: 'trained_tokens', amount: trainedTokens ?? 0 }, ...seconds];
}
