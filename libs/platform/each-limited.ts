// Work on many items, so many at a time.

import pLimit from 'p-limit';

export interface Limits {
  /** Items worked on at a time. */
  readonly concurrency: number;
  readonly signal: AbortSignal;
}

/** In their order, so many at a time; after a failure or a cancel nothing more is begun. */
export async function eachLimited<T, R>(
  { concurrency, signal }: Limits,
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const limit = pLimit(concurrency);
  try {
    return await limit.map(items, (item) => {
      signal.throwIfAborted();
      return work(item);
    });
  } finally {
    limit.clearQueue();
  }
}
