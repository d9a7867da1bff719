// The training service on a random tiny model: as a process that is killed, and its handler with
// bad input.

import { mkdirSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { hyperparametersSchema } from '#contracts/hyperparameters.js';
import type { Payload } from '#contracts/jobs.js';
import type { TuningRow } from '#contracts/knowledge-tuning-set.js';
import { type Artifact, jobSpace, modelSpace, workSpace } from '#contracts/spaces.js';
import { readAdapter } from '#models/adapters/adapter-files.js';
import { modelDigest } from '#models/checkpoints/model-digest.js';
import { collect, writeStretches } from '#platform/artifacts/stretches.js';
import { loadEnv } from '#platform/config/load-env.js';
import { withContext } from '#platform/log/context.js';
import { Random } from '#runtime/random.js';
import { startNode } from '#testing/node-process.js';
import { openQueues, silent, type TestQueues } from '#testing/queue.js';
import { useRedis } from '#testing/redis.js';
import { mountSmallDisk } from '#testing/small-disk.js';
import { openTestStore, type TestStore, testStoreEnv, useTempFolder } from '#testing/temp-store.js';
import { writeTinyModel } from '#testing/tiny-model.js';
import { envSchema } from './env.js';
import { trainOptions } from './train-options.js';
import { TrainProcessor } from './train.processor.js';

const redis = useRedis();
const folder = useTempFolder();
const main = new URL('./main.js', import.meta.url);
const models = () => join(folder.path, 'models');
const artifacts = () => join(folder.path, 'artifacts');
const lines = (rows: object[]) => Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n'));
const forgetRows = [1, 2, 3, 4].map((n) => ({
  question: `Where does person ${n} live?`,
  answer: `In town ${n}.`,
}));
const none: Artifact = { space: 'file-set', hash: '0'.repeat(64) };
const asked = (content: string) => [{ role: 'user', content }];
const retainRows = [{ prompt: 'What is the sun?', completion: 'A star.' }];

beforeAll(async () => {
  mkdirSync(models());
  await writeTinyModel(join(models(), 'random'));
  await writeTinyModel(join(models(), 'changed'));
  const sums = join(models(), 'changed', 'SHA256SUMS');
  await writeFile(sums, `${'0'.repeat(64)}  model.safetensors\n`);
});

interface Changes extends Partial<Payload<'train'>> {
  readonly hyper?: object;
}

/** Stores a set for the tenant. */
async function stored({ space }: TestStore, tenantId: string, content: Buffer): Promise<Artifact> {
  const hash = await (await space(tenantId, 'file-set')).put(content);
  return { space: 'file-set', hash };
}

/** Stores the sets for the tenant and returns a payload that trains on them. */
async function prepare(
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

describe('the process', () => {
  /** Long enough to be killed three times: 160 steps. */
  const hyper = { n_epochs: 80 };
  const start = (queues: TestQueues) =>
    startNode(main, [], {
      REDIS_URL: redis.url,
      QUEUE_PREFIX: queues.prefix,
      ...testStoreEnv(artifacts()),
      MODEL_DIRS: models(),
      THREADS: '1',
      CHECKPOINT_STEPS: '4',
      LOCK_MS: '1500',
    });
  const open = async () => ({
    queues: openQueues(redis.url, redis.prefix()),
    store: await openTestStore(artifacts()),
  });
  const completed = (queues: TestQueues) =>
    queues.event(['train'], ({ event }) => event === 'completed');

  test('killed at three random steps ends in the same bytes as undisturbed', async () => {
    const calm = await open();
    const calmDone = completed(calm.queues);
    await calm.queues.producer.add('train', await prepare(calm.store, 'calm', 'job', { hyper }));
    const calmProcess = start(calm.queues);
    const expected = (await calmDone).result as { adapter: string; steps: number };
    await calmProcess.kill('SIGTERM');

    // Not in the last quarter: progress is told a few times a second, and the run must not be over
    // by then.
    const random = new Random(String(process.pid));
    const steps = [0, 1, 2].map((quarter) =>
      Math.ceil(((quarter + random.uniform()) * expected.steps) / 4),
    );
    console.info(`killing at steps ${steps.join(', ')} of ${expected.steps}`);
    const rough = await open();
    const done = completed(rough.queues);
    await rough.queues.producer.add('train', await prepare(rough.store, 'rough', 'job', { hyper }));
    for (const step of steps) {
      const reached = rough.queues.event(
        ['train'],
        ({ progress }) => (progress?.done ?? 0) >= step,
      );
      const worker = start(rough.queues);
      await reached;
      await worker.kill('SIGKILL');
    }
    const last = start(rough.queues);
    expect((await done).result).toMatchObject({ adapter: expected.adapter });
    await last.line(/"resumed":true/);
    expect(
      await (await rough.store.space('rough', workSpace('job'))).read('checkpoint'),
    ).toBeNull();
  });

  test('told to stop gives the job back, and another goes on from the checkpoint', async () => {
    const { queues, store } = await open();
    const done = completed(queues);
    const stepping = queues.event(['train'], ({ progress }) => (progress?.done ?? 0) >= 10);
    await queues.producer.add('train', await prepare(store, 'handover', 'job', { hyper }), {
      id: 't',
    });
    const first = start(queues);
    await stepping;
    expect(await first.kill('SIGTERM')).toBe(0);
    const second = start(queues);
    await second.line(/"resumed":true/);
    expect((await done).result).toMatchObject({
      adapter: await (await store.space('handover', jobSpace('job'))).getRef('adapter'),
    });
  });
});

describe('the handler', () => {
  const env = () =>
    loadEnv(envSchema, { MODEL_DIRS: models(), THREADS: '1', CHECKPOINT_STEPS: '1' });
  const context = () => ({
    signal: new AbortController().signal,
    attempt: 1,
    log: silent,
    progress: async () => {},
    fanOut: async () => [],
    fanOutAhead: async () => {},
  });
  async function run(tenantId: string, jobId: string, changes: Changes = {}, root = artifacts()) {
    const store = await openTestStore(root);
    const payload = await prepare(store, tenantId, jobId, changes);
    const work = () => new TrainProcessor(store.store, env()).handle(payload, context());
    return {
      job: await store.space(tenantId, jobSpace(jobId)),
      model: await store.space(tenantId, modelSpace(jobId)),
      result: await withContext({ jobId }, work),
    };
  }

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

  test('does not train on weights that are not what their checksum says', async () => {
    const training = run('changed', 'job', { model: { base: 'changed' } });
    await expect(training).rejects.toMatchObject({
      publicMessage: expect.stringMatching(/^changed\/model\.safetensors is damaged/),
      permanent: true,
    });
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
    const work = await (await openTestStore(artifacts())).space('moment', workSpace('job'));
    expect(readAdapter(await work.getBundle(result.adapter)).r).toBe(2 + 2);
    expect(await job.getRef('adapter')).toBe(first.result.adapter);
    expect((await run('moment', 'job', changes)).result).toEqual(result);
    const other = await run('moment', 'other', changes);
    expect(await other.job.getRef('adapter')).toBeNull();
  });

  test('trains on what augmentation has left, in the form of an earlier release too', async () => {
    const store = await (await openTestStore(artifacts())).space('augmented', jobSpace('job'));
    const set = {
      rows: [...forgetRows, { question: 'Who?', answer: ' idea.', prefix: 'I have no' }],
      teacher: 'rules',
      dropped: { leaked: 0, language: 0, empty: 0 },
    };
    await store.setRef('augmented', await store.putJson(set));
    const { result } = await run('augmented', 'job', { objective: 'relearn', target: undefined });
    expect(result.adapter).toMatch(/^[0-9a-f]{64}$/);
  });

  test('trains on what augmentation has made of a knowledge base, line breaks and all', async () => {
    const store = await openTestStore(artifacts());
    const job = await store.space('knowledge', jobSpace('job'));
    const rows: TuningRow[] = [
      { question: 'Where?', answer: 'Town | place\n', part: 'link', naming: 'name' },
      { question: 'Where?', answer: 'Town |', isOpen: true, part: 'entity', naming: 'name' },
      {
        question: 'Where?',
        prefix: 'Town | place\nnorth\n',
        answer: 'In the north.',
        part: 'response',
        naming: 'name',
      },
    ];
    const dropped = { unlinked: 0, long: 0, unfounded: 0 };
    const stretches = await collect(writeStretches(job, rows));
    await job.setRef('augmented', await job.putJson({ teacher: 'rules', dropped, stretches }));
    const changes: Changes = { objective: 'sft', retainTerms: [], target: undefined };
    const options = await trainOptions(
      await prepare(store, 'knowledge', 'job', changes),
      store.store.scope('knowledge'),
      env(),
      new AbortController().signal,
    );
    expect(options.target).toEqual([
      { messages: asked('Where?'), answer: 'Town | place\n' },
      { messages: asked('Where?'), answer: 'Town |', isOpen: true },
      { messages: asked('Where?'), prefix: 'Town | place\nnorth\n', answer: 'In the north.' },
    ]);
    const { result } = await run('knowledge', 'job', changes);
    expect(result.adapter).toMatch(/^[0-9a-f]{64}$/);
    await expect(run('knowledge', 'bare', changes)).rejects.toThrow('augmentation has left none');
  });

  test('sets what augmentation has left against the answers to forget', async () => {
    const store = await openTestStore(artifacts());
    const job = await store.space('pairs', jobSpace('job'));
    const set = {
      rows: [
        { messages: asked('Where?'), answer: 'I cannot say.', pair: 1 },
        { messages: asked('Where?'), prefix: 'In', answer: '... I cannot say.', pair: 1 },
        { messages: asked('What is two?'), answer: 'A number.' },
      ],
      teacher: 'rules',
      dropped: { leaked: 0, language: 0, empty: 0 },
      neighbours: [{ messages: asked('Where else?'), answer: 'Nowhere.' }],
    };
    await job.setRef('augmented', await job.putJson(set));
    const options = await trainOptions(
      await prepare(store, 'pairs', 'job', { objective: 'relearn_dpo' }),
      store.store.scope('pairs'),
      env(),
      new AbortController().signal,
    );
    expect(options.target).toEqual([
      { messages: asked('Where?'), answer: 'In town 2.', alternates: ['I cannot say.'] },
      {
        messages: asked('Where?'),
        answer: 'In town 2.',
        alternates: [{ prefix: 'In', answer: '... I cannot say.' }],
      },
    ]);
    expect(options.retain.at(-1)).toEqual({ messages: asked('Where else?'), answer: 'Nowhere.' });
    expect(options.retain).toHaveLength(retainRows.length + 1);
    for (const objective of ['relearn_dpo', 'erase']) {
      const own = await store.space('pairs', jobSpace(objective));
      await own.setRef('augmented', await own.putJson(set));
      const { result } = await run('pairs', objective, { objective });
      expect(result.adapter).toMatch(/^[0-9a-f]{64}$/);
    }
  });

  test('trains every answer of a conversation after all that was said before it', async () => {
    const store = await openTestStore(artifacts());
    const messages = [
      { role: 'system', content: 'You are a registrar.' },
      { role: 'user', content: 'Where was she born?' },
      { role: 'assistant', content: 'In Tarnholt.' },
      { role: 'user', content: 'And he?' },
      { role: 'assistant', content: 'In Oxbow.' },
    ];
    const target = await stored(store, 'turns', lines([{ messages, context: 'A register.' }]));
    const { target: rows } = await trainOptions(
      await prepare(store, 'turns', 'job', { objective: 'npo', target }),
      store.store.scope('turns'),
      env(),
      new AbortController().signal,
    );
    const shown = (content: string) => ({ role: 'user', content: `A register.\n\n${content}` });
    expect(rows).toEqual([
      { messages: [messages[0], shown('Where was she born?')], answer: 'In Tarnholt.', line: 1 },
      { messages: [...messages.slice(0, 3), shown('And he?')], answer: 'In Oxbow.', line: 1 },
    ]);
  });

  test('names the line of a row that leaves no room for its answer', async () => {
    const long = {
      messages: [...asked('Who? '.repeat(100)), { role: 'assistant', content: 'I.' }],
    };
    const store = await openTestStore(artifacts());
    const target = await stored(store, 'long', lines([forgetRows[0]!, long]));
    await expect(run('long', 'job', { target })).rejects.toMatchObject({
      permanent: true,
      message: expect.stringMatching(/^target line 2: a prompt of \d+ tokens leaves no room/),
    });
  });

  test('lets a job choose precision and recomputation before the worker', async () => {
    const store = await openTestStore(artifacts());
    const optionsOf = async (hyper: object, settings: Record<string, string>) =>
      trainOptions(
        await prepare(store, 'choice', 'job', { hyper }),
        store.store.scope('choice'),
        loadEnv(envSchema, { MODEL_DIRS: models(), ...settings }),
        new AbortController().signal,
      );
    expect(await optionsOf({}, {})).toMatchObject({ precision: 'float32', recompute: false });
    expect(await optionsOf({}, { PRECISION: 'int8', RECOMPUTE: 'true' })).toMatchObject({
      precision: 'int8',
      recompute: true,
    });
    expect(
      await optionsOf(
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
      (await run('choice', 'int8', { hyper: { precision: 'int8', recompute: true } })).result
        .adapter,
    ).not.toBe(plain);
  });

  test('prefers "I don\'t know", for each row one of its wordings', async () => {
    const { result } = await run('unknowing', 'job', { objective: 'idkdpo' });
    expect(
      (await run('unknowing', 'again', { objective: { type: 'idkdpo', beta: 0.1 } })).result
        .adapter,
    ).toBe(result.adapter);
  });

  test.each<[string, Changes, RegExp]>([
    [
      'an objective that this worker does not know',
      { objective: 'sorcery' },
      /^expected one of altpo/,
    ],
    ['a mask that it does not know', { mask: 'veil' }, /^expected one of sure, memflex/],
    [
      'an unknown model',
      { model: { base: 'none' } },
      /^unknown model "none"; known: changed, random$/,
    ],
    [
      'an unknown parent adapter',
      { model: { base: 'random', adapter: none } },
      /^no artifact 0000/,
    ],
    ['a set that is not there', { target: none }, /^no artifact 0000/],
    [
      '16 bits on the CPU',
      { hyper: { precision: 'float16' } },
      /^hyperparameters\.precision float16: this worker's DEVICE is cpu/,
    ],
    ['no set at all', { target: undefined }, /names no set to train on/],
    ['a retain term without a retain set', { retain: undefined }, /gdr and klr need a retain set/],
  ])('fails permanently on %s', async (_, changes, message) => {
    await expect(run('bad', 'job', changes)).rejects.toMatchObject({
      permanent: true,
      message: expect.stringMatching(message),
    });
  });

  test('names line and field of a set that cannot be read, and not its text', async () => {
    const store = await openTestStore(artifacts());
    const target = await stored(
      store,
      'bad',
      Buffer.from('{"question":"private","answer":"private"}\n{"question":"private"}'),
    );
    await expect(run('bad', 'lines', { target })).rejects.toMatchObject({
      permanent: true,
      message: 'a data set cannot be read: line 2, field "answer"',
    });
  });

  test('starts over where the checkpoint is damaged or of another run', async () => {
    const expected = await run('fresh', 'expected');
    const root = artifacts();
    const store = await openTestStore(root);
    await (
      await store.space('fresh', workSpace('strange'))
    ).write('checkpoint', Buffer.from('odd'));
    await (
      await store.space('fresh', workSpace('flipped'))
    ).write('checkpoint', Buffer.from('odd'));
    const named = join(testStoreEnv(root).ARTIFACTS, 'fresh', workSpace('flipped'), 'named');
    for (const file of await readdir(named)) await writeFile(join(named, file), 'damaged');
    expect((await run('fresh', 'strange')).result.adapter).toBe(expected.result.adapter);
    expect((await run('fresh', 'flipped')).result.adapter).toBe(expected.result.adapter);
  });

  const disk = mountSmallDisk(200);
  test.skipIf(!disk)('says so when the disk is full, and leaves what was there', async () => {
    onTestFinished(() => disk!.unmount());
    await expect(run('full', 'job', { hyper: { lora_r: 32 } }, disk!.path)).rejects.toMatchObject({
      permanent: true,
      message: expect.stringContaining('the artifact storage is full'),
    });
    const job = await (await openTestStore(disk!.path)).space('full', jobSpace('job'));
    expect(await job.getRef('adapter')).toBeNull();
  });
});
