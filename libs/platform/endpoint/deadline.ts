// Work that ends in time.

import { untilAborted } from './until-aborted.js';

/**
 * Gives the work a signal of its own, which aborts with `parent` or after `ms`. A combined signal
 * (AbortSignal.any) would stay tied to a parent that outlives thousands of requests.
 * @throws TimeoutError (a DOMException) when the time is up, the parent's reason when aborted.
 */
export async function withDeadline<T>(
  ms: number,
  parent: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const late = new DOMException('the time is up', 'TimeoutError');
  const timer = setTimeout(() => controller.abort(late), ms);
  const follow = (): void => controller.abort(parent?.reason);
  parent?.addEventListener('abort', follow, { once: true });
  try {
    return await untilAborted(controller.signal, () => work(controller.signal));
  } finally {
    clearTimeout(timer);
    parent?.removeEventListener('abort', follow);
  }
}
