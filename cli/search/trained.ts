// A candidate's training as a job that is begun once, however often the search is: the job's suffix
// says what is trained.

import { hash } from 'node:crypto';
import { follow } from '#client/follow.js';
import type { LetheClient } from '#client/lethe-client.js';
import type { Job } from '#client/types.js';
import { type JobRequestInput, jobRequestSchema } from '#contracts/job-request.js';
import { CommandError } from '../command-error.js';
import { exitCodes } from '../exit-codes.js';
import type { Candidate } from './candidates.js';
import type { Steps } from './rounds.js';

/** What all candidates are trained from; files by id. */
export interface Origin {
  readonly model: string;
  readonly seed: number;
  readonly forget: string;
  readonly retain: string;
}

/** A round's figures come from its evaluation run: the job itself asks as little as it may. */
const evaluation = { audit: 'none', limit: 1 };

export function requestOf({ fields }: Candidate, steps: Steps, origin: Origin): JobRequestInput {
  const hyperparameters = {
    ...(fields.hyperparameters as object | undefined),
    ...(steps === 'all' ? {} : { max_steps: steps }),
  };
  const unlearn = {
    ...fields,
    retain_file: origin.retain,
    hyperparameters,
    evaluation: { ...(fields.evaluation as object | undefined), ...evaluation },
  };
  const { model, seed, forget } = origin;
  return { model, seed, training_file: forget, method: { type: 'unlearn', unlearn } } as never;
}

/** @throws CommandError naming the candidate and the field that the gateway would refuse, or two that are the same. */
export function checkCandidates(
  candidates: readonly Candidate[],
  steps: Steps,
  origin: Origin,
): void {
  const names = new Map<string, string>();
  for (const candidate of candidates) {
    const request = requestOf(candidate, steps, origin);
    const { error } = jobRequestSchema.safeParse(request);
    const issue = error?.issues[0];
    if (issue) throw wrong(`${candidate.name}: ${issue.path.join('.')}: ${issue.message}`);
    const suffix = suffixOf(request);
    const same = names.get(suffix);
    if (same !== undefined)
      throw wrong(
        `"${same}" and "${candidate.name}" train the same: leave one out (--steps gives max_steps)`,
      );
    names.set(suffix, candidate.name);
  }
}

const wrong = (message: string): CommandError => new CommandError(message, exitCodes.usage);

/** @param request whose files are named by their contents: an upload's id is never the same. */
export const suffixOf = (request: JobRequestInput): string =>
  `search-${hash('sha256', JSON.stringify(request)).slice(0, 16)}`;

/** The jobs of earlier searches that have succeeded or still may, by suffix. */
export async function knownJobs(client: LetheClient): Promise<Map<string, Job>> {
  const jobs = new Map<string, Job>();
  for await (const job of client.jobs()) {
    const { user_provided_suffix: suffix, status } = job;
    const isLost = status === 'failed' || status === 'cancelled';
    if (suffix?.startsWith('search-') && !isLost && !jobs.has(suffix)) jobs.set(suffix, job);
  }
  return jobs;
}

/** @returns the job when it is over, whatever became of it. */
export async function trainedOnce(
  client: LetheClient,
  known: ReadonlyMap<string, Job>,
  suffix: string,
  request: JobRequestInput,
): Promise<Job> {
  const job = known.get(suffix) ?? (await client.createJob({ ...request, suffix }));
  return follow(client, job.id);
}
