// The thread that hashes files: told which, it says their hashes and ends.

import { parentPort, workerData } from 'node:worker_threads';
import { fileDigest } from '../file-digest.js';

const hashes = new Map<string, string>();
for (const path of workerData as readonly string[]) hashes.set(path, await fileDigest(path));
parentPort?.postMessage(hashes, []);
