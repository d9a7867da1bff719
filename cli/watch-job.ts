// Follows a job on the terminal until it is over.

import { follow } from '#client/follow.js';
import type { LetheClient } from '#client/lethe-client.js';
import type { Job } from '#client/types.js';
import { CommandError } from './command-error.js';
import { exitCodes } from './exit-codes.js';
import { stageView } from './stage-bars.js';

/** @throws CommandError where the job failed or was cancelled, with its error. */
export async function watchJob(client: LetheClient, id: string, quiet = false): Promise<Job> {
  const view = quiet ? null : stageView();
  try {
    const job = await follow(client, id, { onChange: (seen) => view?.show(seen) });
    if (job.status === 'succeeded') return job;
    throw new CommandError(
      `job ${id} ${job.status}${job.error?.message ? `: ${job.error.message}` : ''}`,
      exitCodes.job,
    );
  } finally {
    view?.close();
  }
}
