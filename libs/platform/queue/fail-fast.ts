// Turns every way in which Redis can be away into one error, within a bounded time.
import type { Redis } from 'ioredis';
import { QueueUnavailableError } from '../errors/queue-unavailable.error.js';

/** Longest that a call to the queue may take, in ms. */
const LIMIT = 2000;

const connectionTrouble = /Connection is closed|Stream isn't writeable|max retries|ECONN|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN|^(OOM|MISCONF|LOADING|READONLY|BUSY)/i;

export const isConnectionTrouble = (error: unknown): boolean => error instanceof Error && connectionTrouble.test(error.message);

/** @throws QueueUnavailableError where Redis is away, full, or slower than 2 s. */
export async function failFast<T>(redis: Redis, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new QueueUnavailableError(new Error(`no reply within ${LIMIT} ms`))), LIMIT);
  });
  try {
    return await Promise.race([ready(redis).then(work), limit]);
  } catch (error) {
    if (isConnectionTrouble(error)) throw new QueueUnavailableError(error);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** A connection that is just being made, or made again, is worth the wait; `failFast` bounds it. */
function ready(redis: Redis): Promise<void> {
  if (redis.status === 'ready') return Promise.resolve();
  if (redis.status === 'end') return Promise.reject(new QueueUnavailableError());
  return new Promise((resolve) => redis.once('ready', () => resolve()));
}
