// Hashes files in a thread of its own: whoever reads them meanwhile is not slowed down.

import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** @returns SHA-256 in hex by path. @throws what reading a file throws */
export async function hashFiles(paths: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const thread = new Worker(new URL('./hash-thread.js', import.meta.url), { workerData: paths });
  const [hashes] = (await once(thread, 'message')) as [ReadonlyMap<string, string>];
  return hashes;
}
