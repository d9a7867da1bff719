// One adapter asked by one and by four replicas of evaluation and inference: the same answers, byte
// for byte, for the same CPU time each. What replicas take that nobody asks is in it, and told beside it.

import { setTimeout as sleep } from 'node:timers/promises';
import { Patience } from '../../faults/patience.js';
import { trainAdapters } from '../../runs/adapters.js';
import { askedTasks } from '../../runs/asked.js';
import { measure } from '../../runs/measured.js';
import { demoRows, uploadRows } from '../../testing/short-job.js';
import { cpuSeconds } from '../counters.js';
import type { Release } from '../release.js';
import type { Context, Scenario } from './scenario.js';

const parts = ['evaluation', 'inference'] as const;
const [ROWS, TASKS, TOKENS, SHARD] = [48, 4, 24, 8];
const MOST = 1.1;
/** Each number is measured so often, in turns. */
const ROUNDS = 3;
const PATIENCE_MS = 1_800_000;

type Ask = () => Promise<{ seconds: number; results: string }>;

const WARM_UPS = 5;
const IDLE_MS = 10_000;

interface Figures {
  /** Seconds of CPU, of all replicas. */
  readonly cpu: number;
  /** Of it, what they take in that time when nobody asks. */
  readonly idle: number;
  readonly seconds: number;
  readonly results: string;
}

export const replicas: Scenario = async ({ release, checks }) => {
  const ask = await asking(release);
  const found: Record<number, Figures[]> = { 1: [], 4: [] };
  try {
    for (let round = 0; round < ROUNDS; round++)
      for (const count of [1, 4]) {
        for (const part of parts) await release.scale(part, count);
        // What a replica does once, it does here: loads the model, and the adapter where it is asked
        // for; and its code is compiled, of which each of eight processes does its own.
        for (let time = 0; time < WARM_UPS; time++) await ask();
        found[count]?.push(await figuresOf(release, ask));
      }
  } finally {
    for (const part of parts) await release.scale(part, 1);
  }
  tell(checks, found);
};

function tell(checks: Context['checks'], found: Record<number, Figures[]>): void {
  const answers = ROWS * TASKS;
  const of = (count: number, figure: (figures: Figures) => number): number =>
    median((found[count] ?? []).map(figure));
  const asked = (count: number): number => of(count, ({ cpu, idle }) => cpu - idle);
  for (const count of [1, 4]) {
    const all = of(count, ({ cpu }) => cpu);
    const ms = [all, asked(count)].map((cpu) => ((cpu * 1000) / answers).toFixed(1));
    checks.figure(`${count} replicas: CPU ms per answer, less idling`, ms.join(', '));
    const seconds = of(count, (figures) => figures.seconds);
    checks.figure(`${count} replicas: seconds of the run`, seconds.toFixed(1));
  }
  checks.figure('CPU time per answer less idling, 4 to 1', (asked(4) / asked(1)).toFixed(3));
  const ratio = of(4, ({ cpu }) => cpu) / of(1, ({ cpu }) => cpu);
  checks.expect('CPU time per answer, 4 to 1', ratio.toFixed(3), ratio <= MOST);
  const results = new Set([...(found[1] ?? []), ...(found[4] ?? [])].map((one) => one.results));
  checks.expect('different results', results.size, results.size === 1);
}

async function asking(release: Release): Promise<Ask> {
  const client = await release.tenant('replicas', 5);
  const upload = (name: 'forget' | 'retain') =>
    uploadRows(client, `${name}.jsonl`, demoRows(name, ROWS / 2));
  const files = { forget: await upload('forget'), retain: await upload('retain') };
  const models = await trainAdapters(client, 1, files.retain);
  const body = {
    models,
    tasks: askedTasks.slice(0, TASKS),
    files,
    max_tokens: TOKENS,
    shard_size: SHARD,
  };
  return () => measure(client, body, new Patience(AbortSignal.timeout(PATIENCE_MS)));
}

async function figuresOf({ kubectl }: Release, ask: Ask): Promise<Figures> {
  const spent = async (): Promise<number> =>
    (await Promise.all(parts.map((part) => cpuSeconds(kubectl, part)))).reduce((a, b) => a + b);
  const start = await spent();
  await sleep(IDLE_MS);
  const before = await spent();
  const { seconds, results } = await ask();
  const cpu = (await spent()) - before;
  return { seconds, results, cpu, idle: ((before - start) * seconds * 1000) / IDLE_MS };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
