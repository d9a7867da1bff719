// Turns every way in which Redis can be away into one error, within a bounded time.

import type { Redis } from 'ioredis';
import { QueueUnavailableError } from '../errors/queue-unavailable.error.js';

/** Longest that a call to the queue may take, in ms. */
const LIMIT = 2000;

const connectionTrouble =
  /Connection is closed|Stream isn't writeable|max retries|ECONN|ETIMEDOUT|EPIPE|Command aborted|ENOTFOUND|EAI_AGAIN|^(OOM|MISCONF|LOADING|READONLY|BUSY)/i;

export const isConnectionTrouble = (error: unknown): boolean =>
  error instanceof Error && connectionTrouble.test(error.message);

/**
 * Gives `work` a signal that it must look at before each write it makes after a wait: what was
 * refused must not happen later, when Redis is back.
 * @throws QueueUnavailableError where Redis is away, full, or slower than 2 s.
 */
export async function failFast<T>(
  redis: Redis,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const timer = setTimeout(
    () => limit.abort(new QueueUnavailableError(new Error(`no reply within ${LIMIT} ms`))),
    LIMIT,
  );
  try {
    await untilAborted(limit.signal, ready(redis, limit.signal));
    return await untilAborted(limit.signal, work(limit.signal));
  } catch (error) {
    if (isConnectionTrouble(error)) throw new QueueUnavailableError(error);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function untilAborted<T>(signal: AbortSignal, result: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    result.then(resolve, reject);
  });
}

/** A connection that is just being made, or made again, is worth the wait; `failFast` bounds it. */
function ready(redis: Redis, signal: AbortSignal): Promise<void> {
  if (redis.status === 'ready') return Promise.resolve();
  if (redis.status === 'end') return Promise.reject(new QueueUnavailableError());
  return new Promise((resolve) => {
    const came = (): void => resolve();
    // As many as calls wait. Not 0, which BullMQ adds to.
    redis.setMaxListeners(Infinity);
    redis.once('ready', came);
    signal.addEventListener('abort', () => redis.off('ready', came), { once: true });
  });
}
