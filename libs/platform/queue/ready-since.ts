// Since when a job can be taken: since it was added, or since the last of those before it ended.

import type { Job } from 'bullmq';
import type { Redis } from 'ioredis';

/** Of a job, beside the queue's own fields, in ms. */
export const READY_AT = 'readyAt';

/** A job that was removed meanwhile does not come back. */
const script = `
  if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) end`;

/** @param key of the job that has waited for another, which ends now. */
export async function markReady(redis: Redis, key: string): Promise<void> {
  await redis.eval(script, 1, key, READY_AT, Date.now());
}

/** @param key of the job. @returns ms since the epoch */
export async function readySince(redis: Redis, key: string, job: Job): Promise<number> {
  // Only the jobs of a flow wait for others.
  if (!job.opts.failParentOnFailure) return job.timestamp;
  const readyAt = await redis.hget(key, READY_AT);
  return Math.max(job.timestamp, Number(readyAt));
}
