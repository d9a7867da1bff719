// Work on many things, some at once, that ends with the first failure.

import pLimit from 'p-limit';

/** After one that fails no other is begun; those under way go on. @throws what `work` does */
export async function untilFailure<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  await pLimit(atOnce).map(items, async (item) => {
    stop.signal.throwIfAborted();
    await work(item).catch((error: unknown) => {
      stop.abort();
      throw error;
    });
  });
}
