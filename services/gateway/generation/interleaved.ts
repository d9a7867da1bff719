// Joins several streams into one.

type Coming<T> = Promise<{ readonly index: number; readonly result: IteratorResult<T> }>;

/**
 * Items as they come, each with the index of its source. A source is opened once there is room.
 * @param limit sources that are open at once.
 * @throws what a source throws; the others are ended, too.
 */
export async function* interleaved<T>(
  sources: readonly AsyncIterable<T>[],
  limit: number,
): AsyncGenerator<readonly [index: number, item: T], void, undefined> {
  const iterators = sources.map((source) => source[Symbol.asyncIterator]());
  const coming = new Map<number, Coming<T>>();
  const ask = (index: number): void => {
    const next = iterators[index]?.next();
    if (!next) return;
    const told = next.then((result) => ({ index, result }));
    told.catch(() => undefined); // told where it is waited for
    coming.set(index, told);
  };
  let opened = 0;
  try {
    while (opened < Math.min(limit, sources.length)) ask(opened++);
    while (coming.size > 0) {
      const { index, result } = await Promise.race(coming.values());
      coming.delete(index);
      if (result.done) {
        if (opened < sources.length) ask(opened++);
        continue;
      }
      yield [index, result.value];
      ask(index);
    }
  } finally {
    // Not waited for: a source ends once what it waits for comes or is called off.
    for (const iterator of iterators.slice(0, opened)) iterator.return?.().catch(() => undefined);
  }
}
