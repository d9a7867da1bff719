// npm run bench:gateways: what a job costs PostgreSQL and Redis, by how many gateways there are and
// whether a client follows each job's events. The workers of the flow only take their time.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDatabase, startPostgres } from '#testing/postgres.js';
import { startRedisServer } from '#testing/redis.js';
import { testStoreEnv } from '#testing/temp-store.js';
import { startGateway } from '../services/gateway/testing/gateway.js';
import { startTestInference } from '../services/gateway/testing/inference.js';
import { startTestWorkers } from '../services/gateway/testing/workers.js';
import { RedisCommands, SqlCalls } from './gateway-calls.js';
import { GatewayClients } from './gateway-clients.js';

const JOBS = 20;
/** Long enough for gateways to see a stage before it is over, in ms. */
const STAGE = 500;
/** For events still on their way, and for what jobs cost that only wait, in ms. */
const [SETTLING, WAITING] = [10_000, 30_000];

const postgres = await startPostgres([
  'shared_preload_libraries=pg_stat_statements',
  'pg_stat_statements.track_utility=on',
]);
const redis = await startRedisServer();
const inference = await startTestInference();
const rows: object[] = [];
for (const gateways of [1, 4])
  for (const followed of [false, true]) rows.push(await measure(gateways, followed));
console.log(`Each of ${JOBS} jobs costs, and a minute in which they are open and nothing happens:`);
console.table(rows);
await postgres.remove();
await redis.kill();
rmSync(redis.dir, { recursive: true, force: true });
process.exit(0);

async function measure(count: number, followed: boolean): Promise<object> {
  const dir = mkdtempSync(join(tmpdir(), 'lethe-bench-'));
  const url = await createDatabase(postgres.url);
  const sql = await SqlCalls.of(url);
  const commands = await RedisCommands.of(redis.url);
  const environment = {
    REDIS_URL: redis.url,
    QUEUE_PREFIX: `bench-${count}-${followed}`,
    ...testStoreEnv(dir),
    DATABASE_URL: sql.gatewayUrl,
    INFERENCE_URL: `127.0.0.1:${inference.port}`,
    RECONCILE_MS: '5000',
  };
  const gateways = [];
  for (let i = 0; i < count; i++) gateways.push(await startGateway(environment));
  const workers = startTestWorkers({ ...environment, REDIS_URL: commands.uncountedUrl }, STAGE);
  const clients = await GatewayClients.of(gateways.map((one) => one.url));

  const calls = async () => ({ ...(await sql.calls()), commands: await commands.calls() });
  const start = (): Promise<unknown> =>
    Promise.all(Array.from({ length: JOBS }, (_, i) => clients.runJob(i, followed)));
  const ended = (jobs: number): Promise<void> =>
    sql.until(`SELECT count(*) = ${jobs} FROM jobs WHERE status = 'succeeded'`);

  await rest(SETTLING);
  const before = await calls();
  await start();
  await ended(JOBS);
  await rest(SETTLING);
  const after = await calls();

  const release = workers.hold('train');
  const running = start();
  await workers.reached('train');
  await rest(SETTLING);
  const open = await calls();
  await rest(WAITING);
  const later = await calls();
  release();
  await running;
  await ended(2 * JOBS);

  await workers.stop();
  for (const one of gateways) await one.stop();
  await sql.close();
  commands.close();
  rmSync(dir, { recursive: true, force: true });
  const perJob = (name: keyof typeof before): number =>
    Math.round((after[name] - before[name]) / JOBS);
  const perMinute = (name: keyof typeof before): number =>
    Math.round(((later[name] - open[name]) * 60_000) / WAITING / JOBS);
  return {
    gateways: count,
    'events followed': followed ? 'yes' : 'no',
    statements: perJob('statements'),
    transactions: perJob('transactions'),
    'Redis commands': perJob('commands'),
    'statements per minute': perMinute('statements'),
    'Redis commands per minute': perMinute('commands'),
  };
}

function rest(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
