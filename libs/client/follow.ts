// Waits for a job and reports every change of it, through restarts of the gateway.

import { APIConnectionError, APIError } from 'openai';
import type { LetheClient } from './lethe-client.js';
import type { EvaluationRun, Job } from './types.js';

const terminal: readonly Job['status'][] = ['succeeded', 'failed', 'cancelled'];
export const isOver = (job: Job): boolean => terminal.includes(job.status);

export interface FollowOptions<T = Job> {
  readonly onChange?: (seen: T) => void;
  readonly signal?: AbortSignal;
  /** ms between two looks. */
  readonly every?: number;
  /** ms for which the gateway may be away before that is an error. */
  readonly patience?: number;
}

/**
 * @returns the job when it is over.
 * @throws the last connection error when the gateway stayed away too long.
 */
export const follow = (
  client: LetheClient,
  id: string,
  options: FollowOptions = {},
): Promise<Job> => until(() => client.job(id), isOver, options);

/** The same of an evaluation run. */
export const followRun = (
  client: LetheClient,
  id: string,
  options: FollowOptions<EvaluationRun> = {},
): Promise<EvaluationRun> =>
  until(
    () => client.run(id),
    (run) => run.finished_at !== null,
    options,
  );

async function until<T>(
  read: () => Promise<T>,
  isEnd: (seen: T) => boolean,
  options: FollowOptions<T>,
): Promise<T> {
  const patience = options.patience ?? 60_000;
  let seen = Date.now();
  for (;;) {
    options.signal?.throwIfAborted();
    try {
      const found = await read();
      seen = Date.now();
      options.onChange?.(found);
      if (isEnd(found)) return found;
    } catch (error) {
      if (!isOutage(error) || Date.now() - seen > patience) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, options.every ?? 300));
  }
}

/**
 * The gateway, or something behind it, is away for now: worth another try, unlike a request that is
 * wrong.
 */
export const isOutage = (error: unknown): boolean =>
  error instanceof APIConnectionError ||
  (error instanceof APIError && error.status !== undefined && error.status >= 500);
