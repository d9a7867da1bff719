// A job's way out of the queues before it is erased.

import type { JobRow } from '../database/tenant-records.js';
import type { Erasure } from '../erasure/erasure.js';
import { giveTime } from '../erasure/patience.js';
import type { JobQueue } from './job-queue.js';

/**
 * Takes a job that is to be erased out of the queues.
 * @returns whether all workers have left it.
 * @throws StillAtWorkError while they may still take their time; QueueUnavailableError
 */
export async function leaveQueues(
  queue: JobQueue,
  job: JobRow,
  erasure: Erasure,
): Promise<boolean> {
  await queue.cancel(job);
  const left = await queue.remove(job);
  if (!left) giveTime(erasure, job.id);
  return left;
}
