import type { JobRow } from '../database/tenant-records.js';
import type { Erasure } from '../erasure/erasure.js';
import { StillAtWorkError } from '../erasure/still-at-work.error.js';
import type { JobQueue } from './job-queue.js';

/** How long a worker may take to leave a job before its keys are destroyed under it, in ms. */
export const PATIENCE = 60_000;

/**
 * Takes a job that is to be erased out of the queues.
 * @returns whether all workers have left it.
 * @throws StillAtWorkError while they may still take their time; QueueUnavailableError
 */
export async function leaveQueues(
  queue: JobQueue,
  job: JobRow,
  { createdAt }: Erasure,
): Promise<boolean> {
  await queue.cancel(job);
  const left = await queue.remove(job);
  if (!left && Date.now() - createdAt.getTime() < PATIENCE) throw new StillAtWorkError(job.id);
  return left;
}
