// npm run bench:cores: how long a number takes from one core to another and back, second after
// second. On a virtual machine it changes with the places that the host gives its processors, and
// with it the speed of kernels that read what another core wrote.

import { setTimeout as sleep } from 'node:timers/promises';
import { isMainThread, Worker, workerData } from 'node:worker_threads';

const SECONDS = 30;
const TRIPS = 200_000;

/** Waits for every odd number and answers with the next. */
function answer(flag: Int32Array): void {
  for (let i = 0; i < TRIPS; i++) {
    while (Atomics.load(flag, 0) !== 2 * i + 1);
    Atomics.store(flag, 0, 2 * i + 2);
  }
}

/** Nanoseconds of a round trip. */
async function roundTrip(): Promise<number> {
  const flag = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL(import.meta.url), { workerData: flag });
  await new Promise((resolve) => worker.once('online', resolve));
  const from = performance.now();
  for (let i = 0; i < TRIPS; i++) {
    Atomics.store(flag, 0, 2 * i + 1);
    while (Atomics.load(flag, 0) !== 2 * i + 2);
  }
  return ((performance.now() - from) / TRIPS) * 1e6;
}

if (isMainThread) {
  for (let second = 0; second < SECONDS; second++) {
    process.stdout.write(`${(await roundTrip()).toFixed(0)} `);
    await sleep(1000);
  }
  console.log('ns');
} else {
  answer(workerData as Int32Array);
}
