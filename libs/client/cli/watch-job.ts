// Follows a job on the terminal until it is over.
import { follow } from '../api/follow.js';
import type { LetheClient } from '../api/lethe-client.js';
import type { Job } from '../api/types.js';
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
