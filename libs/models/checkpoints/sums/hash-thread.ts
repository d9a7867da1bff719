// The thread that hashes files: told which, it says their hashes and ends.

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { parentPort, workerData } from 'node:worker_threads';

/** Bytes that are read at a time. */
const CHUNK = 2 ** 20;

const hashes = new Map<string, string>();
for (const path of workerData as readonly string[]) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: CHUNK }), hash);
  hashes.set(path, hash.digest('hex'));
}
parentPort?.postMessage(hashes, []);
