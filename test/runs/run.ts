// The same run twice: undisturbed, then with other limits while processes are killed; then a third,
// which is cancelled.

import type { TaskName } from '#contracts/tasks.js';
import { Patience } from '../faults/patience.js';
import { Random } from '../fuzz/random.js';
import { TestPlatform, testEnvironment } from '../testing/platform.js';
import { trainAdapters } from './adapters.js';
import { requestOf, uploadSets } from './asked.js';
import { cancelMidway, type Cancelled } from './cancelled.js';
import { keepKilling } from './killing.js';
import { measure, type Measured } from './measured.js';

export interface RunsOptions {
  readonly seed: number;
  readonly adapters: number;
  readonly tasks: readonly TaskName[];
  /** Which are run to their end, before one is cancelled: that under blows takes the longest by far. */
  readonly ended: EndedRuns;
}

export const endedRuns = ['both', 'undisturbed', 'none'] as const;
export type EndedRuns = (typeof endedRuns)[number];

export interface RunsOutcome {
  readonly options: RunsOptions;
  readonly undisturbed?: Measured;
  readonly interrupted?: Interrupted;
  readonly cancelled: Cancelled;
  /** Answers that no client should get. */
  readonly wrong: readonly string[];
  /** The platform's folder, with its logs. */
  readonly home: string;
}

export interface Interrupted extends Measured {
  /** How often each process was killed meanwhile. */
  readonly kills: Readonly<Record<string, number>>;
}

const PATIENCE_MS = 6 * 3_600_000;
/** By default 8 rows go through the model at once, and 4 shards are under way. */
const otherLimits = { MAX_BATCH: '3', SHARD_CONCURRENCY: '2', CELLS_AT_ONCE: '7' };
const [ALL_ROWS, ONE_ROW] = [32, 1];

export async function runRuns(options: RunsOptions): Promise<RunsOutcome> {
  const env = await testEnvironment();
  let platform = new TestPlatform(env);
  const patience = new Patience(AbortSignal.timeout(PATIENCE_MS));
  try {
    await platform.start();
    const client = await platform.tenant('acme', 0);
    const files = await uploadSets(client);
    const models = await trainAdapters(client, options.adapters, files.retain);
    const ask = (rows: number) => requestOf(models, options.tasks, files, rows);
    const ended: { undisturbed?: Measured; interrupted?: Interrupted } = {};
    if (options.ended !== 'none')
      ended.undisturbed = await measure(client, ask(ALL_ROWS), patience);
    if (options.ended === 'both') {
      await platform.stop();
      platform = new TestPlatform({ ...env, inherited: { ...env.inherited, ...otherLimits } });
      await platform.start();
      ended.interrupted = await interrupt(platform, options.seed, () =>
        measure(client, ask(ONE_ROW), patience),
      );
    }
    const cancelled = await cancelMidway(client, ask(ALL_ROWS), patience);
    return { options, ...ended, cancelled, wrong: patience.wrong, home: env.home };
  } finally {
    await platform.stop();
  }
}

async function interrupt(
  platform: TestPlatform,
  seed: number,
  work: () => Promise<Measured>,
): Promise<Interrupted> {
  const ended = new AbortController();
  const killing = keepKilling(platform, new Random(seed), ended.signal);
  try {
    const measured = await work();
    ended.abort();
    return { ...measured, kills: await killing };
  } finally {
    ended.abort();
  }
}
