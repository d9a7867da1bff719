// How long a thread has worked: what a busy machine does not stretch.

import { readFileSync } from 'node:fs';

/** CPU time of the thread that asks, in ms; the time that passes, where the system does not tell. */
export function threadTime(): number {
  try {
    const [nanoseconds] = readFileSync('/proc/thread-self/schedstat', 'utf8').split(' ');
    return Number(nanoseconds) / 1e6;
  } catch {
    return performance.now();
  }
}
