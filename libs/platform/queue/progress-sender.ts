// Sends a job's progress, at a bounded rate, and never lets the job wait or fail for it.

import type { Job } from 'bullmq';
import type { Progress } from '#contracts/jobs.js';
import type { Logger } from '../log/logger.js';

/** Shortest time between two messages of one job, in ms. */
const INTERVAL = 200;

export function progressSender(job: Job, log: Logger): (progress: Progress) => Promise<void> {
  let last = -Infinity;
  let sending = false;
  return async (progress) => {
    const final = progress.done >= progress.total;
    const now = performance.now();
    if (!final && (sending || now - last < INTERVAL)) return;
    last = now;
    sending = true;
    job
      .updateProgress(progress)
      .catch((err: unknown) => log.debug({ err }, 'progress not sent'))
      .finally(() => (sending = false));
  };
}
