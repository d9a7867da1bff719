// npm run bench:workers: what 1, 2 and 4 evaluation workers, processes of their own, make of the
// same evaluations, against an inference server that answers after a fixed time. Queue, fan-out,
// gRPC, judge and store are real; what the device computes is not.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startRedisServer } from '#testing/redis.js';
import { openTestStore } from '#testing/temp-store.js';
import { EvaluationWorkers } from './evaluation-workers.js';
import { startTimedInference } from './timed-inference.js';

const EVALUATIONS = 10;
/** Of the forget set, and of the retain set. */
const ROWS = 160;

const dir = mkdtempSync(join(tmpdir(), 'lethe-bench-'));
const redis = await startRedisServer();
const inference = await startTimedInference();
const store = await openTestStore(dir);
const rows: object[] = [];
let alone: number | undefined;
for (const count of [1, 2, 4]) {
  const workers = await EvaluationWorkers.start(count, { redis, dir, store, port: inference.port });
  const seconds = await workers.evaluate(EVALUATIONS, ROWS);
  await workers.stop();
  alone ??= seconds;
  rows.push({
    workers: count,
    seconds: seconds.toFixed(1),
    'rows per second': ((EVALUATIONS * 2 * ROWS) / seconds).toFixed(1),
    efficiency: (alone / (count * seconds)).toFixed(2),
    'most answers at a time': inference.mostAtOnce(),
  });
}
console.log(`${EVALUATIONS} evaluations of ${2 * ROWS} questions:`);
console.table(rows);
await inference.drain(0);
await redis.kill();
for (const folder of [dir, redis.dir]) rmSync(folder, { recursive: true, force: true });
process.exit(0);
