// One run: the undisturbed jobs, then all others under faults, then what has become of them.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { required } from '#collections/required.js';
import { layout } from '#supervisor/layout.js';
import { canStartPostgres, startPostgres, type PostgresServer } from '#testing/postgres.js';
import { Random } from '../fuzz/random.js';
import { TestPlatform, testEnvironment } from '../testing/platform.js';
import { drawOrders, everyOrder, nameOf } from './orders.js';
import { Patience } from './patience.js';
import { planFaults } from './plan.js';
import { ownEnds, readEnds } from './process-ends.js';
import { checkDatabase, checkQueues } from './records.js';
import type { Result } from './result.js';
import { type Struck, Striker } from './striker.js';
import { TenantLoad } from './tenant-load.js';
import { database, processNames, supervised, type Victim } from './victim.js';
import { judge, type Outcome, outcomes, type Violations } from './violations.js';

export interface FaultsOptions {
  readonly seed: number;
  readonly jobs: number;
  /** How long faults go on. */
  readonly seconds: number;
  /** Names of victims; default: all. */
  readonly only?: readonly string[];
}

export interface FaultsRun {
  readonly options: FaultsOptions;
  readonly seconds: number;
  readonly jobs: number;
  readonly succeeded: number;
  readonly struck: readonly Struck[];
  readonly refused: Readonly<Record<string, number>>;
  readonly violations: Readonly<Record<string, readonly string[]>>;
  /** The platform's folder, with its logs. */
  readonly home: string;
}

const tenants = ['acme', 'globex', 'initech'];
/** Ten minutes in all, with a start, an end, and what is checked in between. */
const PATIENCE_MS = 540_000;
/** Jobs are placed during this part of the faults. */
const PLACING = 0.8;
/** What ends after its job, such as its queues' last words. */
const AFTERMATH_MS = 20_000;

/** @throws Error where there is no PostgreSQL to strike. */
export async function runFaults(options: FaultsOptions): Promise<FaultsRun> {
  if (!canStartPostgres) throw new Error('expected a PostgreSQL: apt-get install postgresql');
  const postgres = await startPostgres();
  const env = await testEnvironment();
  const variables = { ...env.inherited, DATABASE_URL: postgres.url, CHECKPOINT_STEPS: '1' };
  const platform = new TestPlatform({ ...env, inherited: variables });
  try {
    await platform.start();
    return await strikeAndJudge(platform, postgres, options);
  } finally {
    await platform.stop();
    await postgres.remove();
  }
}

async function strikeAndJudge(
  platform: TestPlatform,
  postgres: PostgresServer,
  options: FaultsOptions,
): Promise<FaultsRun> {
  const started = performance.now();
  const patience = new Patience(AbortSignal.timeout(PATIENCE_MS));
  const random = new Random(options.seed);
  const victims = chosen(platform, postgres, options.only);
  const plan = planFaults(random, victims, options.seconds * 1000);
  const orders = drawOrders(random, options.jobs, PLACING * options.seconds * 1000);

  const references = await undisturbed(platform, patience);
  const loads = await Promise.all(
    tenants.map(async (name, index) => {
      const own = orders.filter((_, order) => order % tenants.length === index);
      return new TenantLoad(name, await platform.tenant(name, 0), own, patience);
    }),
  );
  for (const load of loads) await load.prepare();
  const striker = new Striker(victims);
  const [unhad] = await Promise.all([
    Promise.all(loads.map((load) => load.run())),
    striker.carryOut(plan),
  ]);
  const violations = {
    ...merged(loads.map((load) => judge(load, references))),
    records: await untilNone(() => leftovers(platform, postgres)),
    ended: processNames.flatMap((name) => endsOf(platform, name, striker.struck)),
    'wrong answers': [...patience.wrong, ...unhad.flat()],
  };
  return {
    options,
    seconds: Math.round((performance.now() - started) / 1000),
    jobs: orders.length,
    succeeded: loads
      .flatMap(({ ended }) => [...ended.values()])
      .filter(({ job }) => job.status === 'succeeded').length,
    struck: striker.struck,
    refused: Object.fromEntries(patience.refused),
    violations,
    home: platform.env.home,
  };
}

/** @throws Error naming those that there are. */
function chosen(
  platform: TestPlatform,
  postgres: PostgresServer,
  only?: readonly string[],
): Victim[] {
  const all = [...processNames.map((name) => supervised(platform, name)), database(postgres)];
  if (only?.join() === 'none') return [];
  const unknown = only?.filter((name) => !all.some((victim) => victim.name === name)) ?? [];
  if (unknown.length > 0)
    throw new Error(
      `--only: expected none, or some of ${all.map(({ name }) => name).join()}, found ${unknown.join()}`,
    );
  return all.filter(({ name }) => only?.includes(name) ?? true);
}

/**
 * One job of each kind and seed.
 * @returns results by the name of the order.
 * @throws Error where one fails: there is nothing to compare with then.
 */
async function undisturbed(
  platform: TestPlatform,
  patience: Patience,
): Promise<Map<string, Result>> {
  const orders = everyOrder();
  const load = new TenantLoad(
    'undisturbed',
    await platform.tenant('undisturbed', 0),
    orders,
    patience,
  );
  await load.prepare();
  const unhad = await load.run();
  const failed = load.records.filter(({ status }) => status !== 'succeeded');
  if (unhad.length > 0 || failed.length > 0)
    throw new Error(
      `undisturbed jobs: ${[...unhad, ...failed.map(({ error }) => error?.message)].join('; ')}`,
    );
  return new Map(
    load.placed.map(({ id = '', order }) => [nameOf(order), required(load.ended, id).result]),
  );
}

function merged(all: readonly Violations[]): Violations {
  const of = (outcome: Outcome): string[] => all.flatMap((violations) => violations[outcome]);
  return Object.fromEntries(outcomes.map((outcome) => [outcome, of(outcome)])) as Violations;
}

async function leftovers(platform: TestPlatform, postgres: PostgresServer): Promise<string[]> {
  const { redis } = layout(platform.env.home);
  const password = readFileSync(join(redis, 'gateway.password'), 'utf8').trim();
  const url = `redis://gateway:${password}@127.0.0.1:${platform.process('redis').port}`;
  const prefix = required(platform.env.inherited as Record<string, string>, 'QUEUE_PREFIX');
  return [...(await checkDatabase(postgres.url)), ...(await checkQueues(url, prefix))];
}

/** @returns what is still found when the aftermath is over, or an error's words. */
async function untilNone(look: () => Promise<string[]>): Promise<string[]> {
  const end = Date.now() + AFTERMATH_MS;
  for (;;) {
    const found = await look().catch((error: unknown) => [String(error)]);
    if (found.length === 0 || Date.now() > end) return found;
    await sleep(1000);
  }
}

function endsOf(platform: TestPlatform, name: string, struck: readonly Struck[]): string[] {
  const own = struck.filter(({ fault, hit }) => hit && fault.victim === name);
  const stops = own.filter(({ fault }) => fault.kind === 'stop').length;
  const ends = readEnds(layout(platform.env.home).logs, name);
  return ownEnds(name, ends, { kills: own.length - stops, stops });
}
