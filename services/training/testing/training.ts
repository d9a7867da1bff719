// The training worker for tests: its handler, on random tiny models and sets of a tenant's.

import { mkdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll } from 'vitest';
import { hyperparametersSchema } from '#contracts/hyperparameters.js';
import type { Payload } from '#contracts/jobs.js';
import { type Artifact, jobSpace, modelSpace, workSpace } from '#contracts/spaces.js';
import { loadEnv } from '#platform/config/load-env.js';
import { withContext } from '#platform/log/context.js';
import { silent } from '#testing/queue.js';
import { openTestStore, type TestStore, useTempFolder } from '#testing/temp-store.js';
import { writeTinyModel } from '#testing/tiny-model.js';
import { envSchema } from '../env.js';
import { trainOptions } from '../train-options.js';
import { TrainProcessor } from '../train.processor.js';

export const lines = (rows: object[]): Buffer =>
  Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n'));
export const forgetRows = [1, 2, 3, 4].map((n) => ({
  question: `Where does person ${n} live?`,
  answer: `In town ${n}.`,
}));
export const retainRows = [{ prompt: 'What is the sun?', completion: 'A star.' }];
export const asked = (content: string) => [{ role: 'user', content }];

export interface Changes extends Partial<Payload<'train'>> {
  readonly hyper?: object;
}

/** Stores a set for the tenant. */
export async function stored(
  { space }: TestStore,
  tenantId: string,
  content: Buffer,
): Promise<Artifact> {
  const hash = await (await space(tenantId, 'file-set')).put(content);
  return { space: 'file-set', hash };
}

/** Stores the sets for the tenant and returns a payload that trains on them. */
export async function prepare(
  store: TestStore,
  tenantId: string,
  jobId: string,
  { hyper, ...changes }: Changes = {},
): Promise<Payload<'train'>> {
  for (const space of [jobSpace, workSpace, modelSpace].map((of) => of(jobId)))
    await store.space(tenantId, space);
  return {
    tenantId,
    jobId,
    traceId: 'trace',
    model: { base: 'random' },
    objective: 'npo',
    retainTerms: ['gdr', 'klr'],
    target: await stored(store, tenantId, lines(forgetRows)),
    retain: await stored(store, tenantId, lines(retainRows)),
    seed: 3,
    hyperparameters: hyperparametersSchema.parse({
      n_epochs: 2,
      batch_size: 2,
      lora_r: 2,
      max_length: 64,
      ...hyper,
    }),
    ...changes,
  };
}

const context = () => ({
  signal: new AbortController().signal,
  attempt: 1,
  log: silent,
  progress: async () => {},
  fanOut: async () => [],
  fanOutAhead: async () => {},
});

/** Call at the top of a file; use what it returns inside of tests. */
export function useTraining() {
  const folder = useTempFolder();
  const models = () => join(folder.path, 'models');
  const artifacts = () => join(folder.path, 'artifacts');
  const env = () =>
    loadEnv(envSchema, { MODEL_DIRS: models(), THREADS: '1', CHECKPOINT_STEPS: '1' });

  beforeAll(async () => {
    mkdirSync(models());
    await writeTinyModel(join(models(), 'random'));
    await writeTinyModel(join(models(), 'changed'));
    const sums = join(models(), 'changed', 'SHA256SUMS');
    await writeFile(sums, `${'0'.repeat(64)}  model.safetensors\n`);
  });

  const open = (root = artifacts()) => openTestStore(root);

  async function run(tenantId: string, jobId: string, changes: Changes = {}, root = artifacts()) {
    const store = await open(root);
    const payload = await prepare(store, tenantId, jobId, changes);
    const work = () => new TrainProcessor(store.store, env()).handle(payload, context());
    return {
      job: await store.space(tenantId, jobSpace(jobId)),
      model: await store.space(tenantId, modelSpace(jobId)),
      result: await withContext({ jobId }, work),
    };
  }

  /** What the handler makes of a payload, before it trains. */
  async function optionsOf(tenantId: string, changes: Changes, settings = env()) {
    const store = await open();
    return trainOptions(
      await prepare(store, tenantId, 'job', changes),
      store.store.scope(tenantId),
      settings,
      new AbortController().signal,
    );
  }

  return { models, artifacts, open, run, optionsOf };
}
