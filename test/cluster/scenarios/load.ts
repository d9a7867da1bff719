// Short jobs of three tenants while pods are deleted and killed, nodes drained, services rolled, and
// Redis, PostgreSQL and what the command line names end: none lost, doubled or stuck, and each with
// the bytes of an undisturbed one.

import { setTimeout as sleep } from 'node:timers/promises';
import { item } from '#collections/items.js';
import { drawOrders, everyOrder, nameOf } from '../../faults/orders.js';
import { Patience } from '../../faults/patience.js';
import { checkDatabase, checkQueues } from '../../faults/records.js';
import type { Result } from '../../faults/result.js';
import { TenantLoad } from '../../faults/tenant-load.js';
import { judgeAll } from '../../faults/violations.js';
import { Random } from '../../fuzz/random.js';
import type { Checks } from '../checks.js';
import { components } from '../components.js';
import { podsOf, restartsOf } from '../pods.js';
import type { Release } from '../release.js';
import { inOrderOf, type Strike, strikesOn } from '../strikes.js';
import { secondsSince } from '../until.js';
import type { Context, Scenario } from './scenario.js';

const tenants = ['acme', 'globex', 'initech'];
/** Between a strike and the next, in ms. */
const GAP_MS = 8_000;
/** After the last job was placed. */
const PATIENCE_MS = 1_800_000;
const AFTERMATH_MS = 30_000;

export const load: Scenario = async (context) => {
  const { release, jobs, seconds, seed, outside } = context;
  const strikes = inOrderOf(seed, await strikesOn(release, outside, context.strikes));
  await underLoad(context, jobs, seconds, (ended) => strikeOn(strikes, ended, context.checks));
};

/** @param disturb resolves when it is done; `ended` aborts with the last job. */
export async function underLoad(
  context: Context,
  jobs: number,
  seconds: number,
  disturb: (ended: AbortSignal) => Promise<void>,
): Promise<void> {
  const { release, checks, seed } = context;
  const patience = new Patience(AbortSignal.timeout(seconds * 1000 + PATIENCE_MS));
  const references = await undisturbed(release, patience);
  const orders = drawOrders(new Random(seed), jobs, seconds * 1000);
  const loads = await Promise.all(
    tenants.map(async (name, index) => {
      const own = orders.filter((_, order) => order % tenants.length === index);
      return new TenantLoad(name, await release.tenant(name, 0), own, patience);
    }),
  );
  for (const one of loads) await one.prepare();
  const started = performance.now();
  const ended = new AbortController();
  const [unhad] = await Promise.all([
    Promise.all(loads.map((one) => one.run())).finally(() => ended.abort()),
    disturb(ended.signal),
  ]);
  const succeeded = loads
    .flatMap((one) => [...one.ended.values()])
    .filter(({ job }) => job.status === 'succeeded').length;
  checks.expect('jobs succeeded', `${succeeded} of ${jobs}`, succeeded === jobs);
  checks.figure('seconds from the first to the last', secondsSince(started));
  checks.figure(
    'not answered, and asked again',
    JSON.stringify(Object.fromEntries(patience.refused)),
  );
  for (const [name, found] of Object.entries(judgeAll(loads, references)))
    checks.expectNone(`jobs ${name}`, found);
  checks.expectNone('wrong answers', [...patience.wrong, ...unhad.flat()]);
  checks.expectNone('wrong in database or queues', await leftovers(release));
  checks.figure('restarts of containers', await restarts(release));
}

async function undisturbed(release: Release, patience: Patience): Promise<Map<string, Result>> {
  const client = await release.tenant('undisturbed', 0);
  const one = new TenantLoad('undisturbed', client, everyOrder(), patience);
  await one.prepare();
  await one.run();
  return new Map(
    one.placed.map(({ id = '', order }) => [nameOf(order), one.ended.get(id)?.result ?? {}]),
  );
}

/** One after the other, again and again until the last job has ended. */
async function strikeOn(
  strikes: readonly Strike[],
  ended: AbortSignal,
  checks: Checks,
): Promise<void> {
  const troubles: string[] = [];
  const tell = (count: number): void => {
    checks.expect('strikes that hit while jobs ran', count, count > 0);
    checks.expectNone('strikes that could not be carried out', troubles);
  };
  for (let count = 0; ; count++) {
    const strike = item(strikes, count % strikes.length);
    await sleep(GAP_MS, undefined, { signal: ended }).catch(() => {});
    if (ended.aborted) return tell(count);
    const started = performance.now();
    await strike.carryOut().catch((error: unknown) => {
      troubles.push(`${strike.name}: ${String(error).slice(0, 300)}`);
    });
    const round = Math.floor(count / strikes.length) + 1;
    checks.figure(`round ${round}: ${strike.name}`, `${secondsSince(started)} s`);
  }
}

/** What is still wrong when the aftermath is over. */
async function leftovers(release: Release): Promise<string[]> {
  const [database, redis] = [await release.database(), await release.redis()];
  const end = Date.now() + AFTERMATH_MS;
  try {
    for (;;) {
      const found = await look(database.url, redis.url).catch((error: unknown) => [String(error)]);
      if (found.length === 0 || Date.now() > end) return found;
      await sleep(1000);
    }
  } finally {
    database.close();
    redis.close();
  }
}

const look = async (database: string, redis: string): Promise<string[]> => [
  ...(await checkDatabase(database)),
  ...(await checkQueues(redis, 'lethe')),
];

async function restarts({ kubectl }: Release): Promise<number> {
  const pods = await Promise.all(components.map((name) => podsOf(kubectl, name)));
  return pods.flat().reduce((sum, pod) => sum + restartsOf(pod), 0);
}
