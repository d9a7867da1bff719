// What becomes of a job whose try did not end well. Pure: no queue, no clock.

import { Failure } from '#failure/failure.js';
import { CancelledError } from '../errors/cancelled.error.js';
import { LockLostError } from '../errors/lock-lost.error.js';
import { ShutdownError } from '../errors/shutdown.error.js';

export interface FailedTry {
  readonly error: unknown;
  /** Why the job's signal was aborted, if it was. */
  readonly abortReason?: unknown;
  /** 1 for the first try. */
  readonly attempt: number;
  readonly attempts: number;
  /** Delay before the second try, in ms. */
  readonly backoff: number;
}

/** A reason is public: it travels through Redis and to the job's owner. */
export type Outcome =
  | { readonly kind: 'retry'; readonly delay: number; readonly reason: string }
  | { readonly kind: 'fail'; readonly reason: string }
  | { readonly kind: 'cancel' }
  /** Back to the queue at once, with the try given back. */
  | { readonly kind: 'requeue' }
  /** Another worker may have the job: touch nothing. */
  | { readonly kind: 'abandon' };

/** Longest delay between tries, in ms. */
const MAX_DELAY = 60_000;
const MAX_REASON = 1000;

export function decideOutcome({
  error,
  abortReason,
  attempt,
  attempts,
  backoff,
}: FailedTry): Outcome {
  if (abortReason instanceof CancelledError) return { kind: 'cancel' };
  if (abortReason instanceof LockLostError) return { kind: 'abandon' };
  if (abortReason instanceof ShutdownError) return { kind: 'requeue' };
  const { permanent, publicMessage } = Failure.of(error);
  const reason = publicMessage.slice(0, MAX_REASON) || 'failed without a message';
  if (permanent || attempt >= attempts) return { kind: 'fail', reason };
  return { kind: 'retry', delay: retryDelay(attempt, backoff), reason };
}

/** Doubles with each try, in ms. */
export function retryDelay(attempt: number, backoff: number): number {
  return Math.min(backoff * 2 ** (attempt - 1), MAX_DELAY);
}
