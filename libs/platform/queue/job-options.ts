// What the queue does with a job by itself: tries, delays, and how long finished ones are kept.

import type { JobsOptions } from 'bullmq';
import { catalog, type JobName } from '#contracts/jobs.js';

/** Retry delays come from retryDelay, through the worker's backoff strategy. */
const BACKOFF = 'catalog';

const DAY = 24 * 3600;

export function jobOptions(name: JobName, jobId?: string): JobsOptions {
  return {
    jobId,
    attempts: catalog[name].attempts,
    backoff: { type: BACKOFF },
    removeOnComplete: { age: 3 * DAY },
    removeOnFail: { age: 14 * DAY },
    stackTraceLimit: 1,
  };
}
