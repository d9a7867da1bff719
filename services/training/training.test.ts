// The handler of training on a random tiny model: what it leaves.

import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { modelSpace, workSpace } from '#contracts/spaces.js';
import { readAdapter } from '#models/adapters/adapter-files.js';
import { modelDigest } from '#models/checkpoints/model-digest.js';
import { loadEnv } from '#platform/config/load-env.js';
import { openTestStore, testStoreEnv } from '#testing/temp-store.js';
import { envSchema } from './env.js';
import { type Changes, useTraining } from './testing/training.js';

const { artifacts, models, open, optionsOf, run } = useTraining();

test('composes with the adapter it starts from, and finds its work done the second time', async () => {
  const first = await run('compose', 'sft', { objective: 'sft', retainTerms: [] });
  const parent = { space: modelSpace('sft'), hash: first.result.adapter };
  const { job, model, result } = await run('compose', 'unlearn', {
    model: { base: 'random', adapter: parent },
    hyper: { lora_r: 3 },
  });
  const adapter = readAdapter(await model.getBundle(result.adapter));
  expect(adapter.r).toBe(2 + 3);
  expect(await job.getRef('adapter')).toBe(result.adapter);
  expect(await job.getRef('base')).toBe(await modelDigest(join(models(), 'random')));
  expect(result).toMatchObject({ steps: expect.any(Number), tokens: expect.any(Number) });
  expect((await run('compose', 'unlearn')).result).toEqual(result);
});

test('leaves the weights where all are trained, and adds to them what comes after', async () => {
  const sft: Changes = { objective: 'sft', retainTerms: [] };
  const first = await run('whole', 'full', { ...sft, hyper: { trainable: 'full' } });
  expect(Object.keys(await first.model.getBundle(first.result.adapter))).toEqual([
    'model.safetensors',
  ]);
  const { model, result } = await run('whole', 'more', {
    ...sft,
    model: {
      base: 'random',
      adapter: { space: modelSpace('full'), hash: first.result.adapter },
    },
    hyper: { lora_targets: ['q_proj'], lora_layers: [0] },
  });
  expect(Object.keys(await model.getBundle(result.adapter))).toEqual(['model.safetensors']);
  expect(result.adapter).not.toBe(first.result.adapter);
});

test('leaves what is temporary in the working space alone, the same each time', async () => {
  const first = await run('moment', 'job', { objective: 'sft', retainTerms: [] });
  const changes: Changes = {
    objective: 'sft',
    retainTerms: [],
    model: {
      base: 'random',
      adapter: { space: modelSpace('job'), hash: first.result.adapter },
    },
    temporary: true,
  };
  const { job, result } = await run('moment', 'job', changes);
  expect(result.adapter).not.toBe(first.result.adapter);
  const work = await (await open()).space('moment', workSpace('job'));
  expect(readAdapter(await work.getBundle(result.adapter)).r).toBe(2 + 2);
  expect(await job.getRef('adapter')).toBe(first.result.adapter);
  expect((await run('moment', 'job', changes)).result).toEqual(result);
  const other = await run('moment', 'other', changes);
  expect(await other.job.getRef('adapter')).toBeNull();
});

test('lets a job choose precision and recomputation before the worker', async () => {
  const chosen = (hyper: object, settings: Record<string, string>) =>
    optionsOf('choice', { hyper }, loadEnv(envSchema, { MODEL_DIRS: models(), ...settings }));
  expect(await chosen({}, {})).toMatchObject({ precision: 'float32', recompute: false });
  expect(await chosen({}, { PRECISION: 'int8', RECOMPUTE: 'true' })).toMatchObject({
    precision: 'int8',
    recompute: true,
  });
  expect(
    await chosen(
      { precision: 'float32', recompute: false },
      { PRECISION: 'int8', RECOMPUTE: 'true' },
    ),
  ).toMatchObject({ precision: 'float32', recompute: false });
  expect(() => loadEnv(envSchema, { PRECISION: 'float16' })).toThrow(
    'PRECISION="float16": float16 needs DEVICE=cuda or DEVICE=webgpu',
  );
  expect(() => loadEnv(envSchema, { PRECISION: 'int8', DEVICE: 'cuda' })).toThrow(
    'int8 needs DEVICE=cpu',
  );

  const plain = (await run('choice', 'plain')).result.adapter;
  expect((await run('choice', 'recomputed', { hyper: { recompute: true } })).result.adapter).toBe(
    plain,
  );
  expect(
    (await run('choice', 'int8', { hyper: { precision: 'int8', recompute: true } })).result.adapter,
  ).not.toBe(plain);
});

test('prefers "I don\'t know", for each row one of its wordings', async () => {
  const { result } = await run('unknowing', 'job', { objective: 'idkdpo' });
  expect(
    (await run('unknowing', 'again', { objective: { type: 'idkdpo', beta: 0.1 } })).result.adapter,
  ).toBe(result.adapter);
});

test('starts over where the checkpoint is damaged or of another run', async () => {
  const expected = await run('fresh', 'expected');
  const root = artifacts();
  const store = await openTestStore(root);
  await (await store.space('fresh', workSpace('strange'))).write('checkpoint', Buffer.from('odd'));
  await (await store.space('fresh', workSpace('flipped'))).write('checkpoint', Buffer.from('odd'));
  const named = join(testStoreEnv(root).ARTIFACTS, 'fresh', workSpace('flipped'), 'named');
  for (const file of await readdir(named)) await writeFile(join(named, file), 'damaged');
  expect((await run('fresh', 'strange')).result.adapter).toBe(expected.result.adapter);
  expect((await run('fresh', 'flipped')).result.adapter).toBe(expected.result.adapter);
});
