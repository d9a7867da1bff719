// A step of a benchmark as a job that is done once, however often the benchmark's command is run.

import { follow } from '#client/follow.js';
import type { LetheClient } from '#client/lethe-client.js';
import type { Job } from '#client/types.js';
import { note } from '../cli/output.js';
import { lethe, type Options } from './lethe.js';

/**
 * The newest job of this suffix that has succeeded or still may; where there is none, the one that the
 * command begins. Waits for its end.
 * @param told what is begun, for who waits.
 * @throws Error where it has not succeeded.
 */
export const jobOnce = (
  client: LetheClient,
  suffix: string,
  told: string,
  command: 'finetune' | 'unlearn',
  options: Options,
): Promise<Job> => begunOnce(client, suffix, told, () => lethe(command, { ...options, suffix }));

/** @param begin begins a job of this suffix. */
export async function begunOnce(
  client: LetheClient,
  suffix: string,
  told: string,
  begin: () => Promise<unknown>,
): Promise<Job> {
  const known = await find(client, suffix);
  if (!known) {
    note(`${told} ...`);
    await begin();
  }
  const job = known ?? (await find(client, suffix));
  const ended = job && (await follow(client, job.id));
  if (ended?.status !== 'succeeded')
    throw new Error(`${suffix}: job ${ended?.id} ${ended?.status}: \`lethe jobs events\` says why`);
  return ended;
}

async function find(client: LetheClient, suffix: string): Promise<Job | undefined> {
  for await (const job of client.jobs())
    if (
      job.user_provided_suffix === suffix &&
      job.status !== 'failed' &&
      job.status !== 'cancelled'
    )
      return job;
  return undefined;
}
