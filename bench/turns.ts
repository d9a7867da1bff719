// npm run bench:turns: how long a tenant's first job, and its first call, take while another has
// queued many; and how long they would in the order of arrival, which is how one tenant's own go.

import { rmSync } from 'node:fs';
import { startRedisServer } from '#testing/redis.js';
import { firstCall } from './turn-calls.js';
import { firstJobs } from './turn-jobs.js';

// Neither gRPC's sockets nor the engine's thread keep a process alive.
setInterval(() => undefined, 60_000);
const redis = await startRedisServer();
console.log(
  '150 jobs of a tenant, then 12 of each of four others; seconds to the first end of each:',
);
console.table([
  { 'the others are': 'tenants of their own', ...(await firstJobs(redis.url, false)) },
  { 'the others are': 'the same tenant', ...(await firstJobs(redis.url, true)) },
]);
await redis.kill();
rmSync(redis.dir, { recursive: true, force: true });
console.log("300 long streams of a tenant, then a call for one token; the call's seconds:");
console.table([
  { 'the call is of': 'another tenant', ...(await firstCall(false)) },
  { 'the call is of': 'the same tenant', ...(await firstCall(true)) },
]);
process.exit(0);
