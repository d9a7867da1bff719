// One run: the undisturbed jobs, then all others under faults, then what has become of them.

import { canStartPostgres, startPostgres, type PostgresServer } from '#testing/postgres.js';
import { Random } from '../fuzz/random.js';
import { TestPlatform, testEnvironment } from '../testing/platform.js';
import { leftovers } from './leftovers.js';
import { drawOrders } from './orders.js';
import { Patience } from './patience.js';
import { planFaults } from './plan.js';
import { endsOf } from './process-ends.js';
import { runReferences } from './references.js';
import { type Struck, Striker } from './striker.js';
import { TenantLoad } from './tenant-load.js';
import { chooseVictims, processNames } from './victim.js';
import { judgeAll } from './violations.js';

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
  const victims = chooseVictims(platform, postgres, options.only);
  const plan = planFaults(random, victims, options.seconds * 1000);
  const orders = drawOrders(random, options.jobs, PLACING * options.seconds * 1000);

  const references = await runReferences(platform, patience);
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
    ...judgeAll(loads, references),
    records: await leftovers(platform, postgres),
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
