// What a job's handler sees of the platform.

import type { JobName, Payload, Progress } from '#contracts/jobs.js';
import type { Offers } from '#contracts/offers.js';
import type { Logger } from '../log/logger.js';

/** Hashes and numbers only: results travel through Redis. */
export type JobResult = Readonly<Record<string, string | number | boolean>> | void;

/** A job by where it waits. */
export interface QueuedJob {
  readonly name: JobName;
  readonly id: string;
}

export interface JobContext {
  /**
   * Aborted with CancelledError, JobTimeoutError, ShutdownError or LockLostError: stop soon and
   * rethrow.
   */
  readonly signal: AbortSignal;
  /** 1 for the first try. */
  readonly attempt: number;
  readonly log: Logger;
  /** Best effort: at most a few a second are sent, the last one always; never fails. */
  progress(progress: Progress): Promise<void>;
  /**
   * Runs child jobs on any number of workers and returns their results in the order of `payloads`.
   * The handler is left meanwhile and entered again once all are done, so it must be deterministic
   * before this call, and must let pass what this call throws. One failed child fails the job
   * with its reason.
   */
  fanOut<N extends JobName>(name: N, payloads: readonly Payload<N>[]): Promise<JobResult[]>;
  /**
   * Begins what another job, which waits for its turn still, will fan out to: it does not wait for
   * these children then. Best effort: where that job is gone, nothing is begun.
   */
  fanOutAhead<N extends JobName>(
    waiting: QueuedJob,
    name: N,
    payloads: readonly Payload<N>[],
  ): Promise<void>;
}

export interface JobHandler<N extends JobName> {
  /**
   * What this worker can do of what a payload may name: a job that asks for what no worker offers is
   * refused before it is recorded. Absent: whatever it may be.
   */
  readonly offers?: Offers | Promise<Offers>;
  handle(payload: Payload<N>, context: JobContext): Promise<JobResult>;
}
