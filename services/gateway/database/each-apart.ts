// Many of which each has its own troubles: jobs, runs, cells.

import { QueueUnavailableError } from '#platform/errors/queue-unavailable.error.js';
import { LeaseLostError } from './lease-lost.error.js';

/** Whether what has failed for one would fail for all others now. */
export const endsPass = (error: unknown): boolean =>
  QueueUnavailableError.isInstance(error) || LeaseLostError.isInstance(error);

/**
 * One after the other: one's trouble is not the others'.
 * @param failed told of it.
 * @throws QueueUnavailableError, LeaseLostError
 */
export async function eachApart<T>(
  items: readonly T[],
  work: (item: T) => Promise<void>,
  failed: (error: unknown, item: T) => void,
): Promise<void> {
  for (const item of items) {
    try {
      await work(item);
    } catch (error) {
      if (endsPass(error)) throw error;
      failed(error, item);
    }
  }
}
