// Long work on the thread that answers everybody, in slices.

import { setImmediate } from 'node:timers/promises';

/** Of one slice, in ms. */
const SLICE = 10;

/** Does the work for all items in their order; whoever else waits has a turn every few ms. */
export async function inTurns<T>(items: Iterable<T>, work: (item: T) => void): Promise<void> {
  let end = performance.now() + SLICE;
  for (const item of items) {
    work(item);
    if (performance.now() < end) continue;
    await setImmediate();
    end = performance.now() + SLICE;
  }
}
