// What becomes of a job whose try did not end well. Pure: no queue, no clock.
import { CancelledError } from '../errors/cancelled.error.js';
import { LockLostError } from '../errors/lock-lost.error.js';
import { isPermanent } from '../errors/permanent.error.js';
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

export type Outcome =
  | { readonly kind: 'retry'; readonly delay: number }
  | { readonly kind: 'fail'; readonly reason: string }
  | { readonly kind: 'cancel' }
  /** Back to the queue at once, with the try given back. */
  | { readonly kind: 'requeue' }
  /** Another worker may have the job: touch nothing. */
  | { readonly kind: 'abandon' };

/** Longest delay between tries, in ms. */
const MAX_DELAY = 60_000;
/** Reasons travel through Redis and to the job's owner. */
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
  if (isPermanent(error) || attempt >= attempts) return { kind: 'fail', reason: reasonOf(error) };
  return { kind: 'retry', delay: Math.min(backoff * 2 ** (attempt - 1), MAX_DELAY) };
}

export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.slice(0, MAX_REASON) || 'failed without a message';
}
