// Words that stand nowhere else go in by every door; then files, jobs, evaluation runs, models and
// the tenant are deleted in turn, and after each deletion everything is searched for them, sealed bytes with every
// key that remains. What is found is what the page on erasure says.

import { Redis } from 'ioredis';
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { follow, followRun } from '#client/follow.js';
import type { LetheClient } from '#client/lethe-client.js';
import type { EvaluationRun, Job } from '#client/types.js';
import { workSpace } from '#contracts/spaces.js';
import { encodePng } from '#images/encoding/encode-png.js';
import { noisyImage } from '#images/testing/noise.js';
import { collect } from '#platform/artifacts/stretches.js';
import { type Gate, gate } from '#testing/gate.js';
import { canStartRedis, type RedisServer, startRedisServer } from '#testing/redis.js';
import { type Answer, fails, says, useEndpoint } from '#testing/scripted-endpoint.js';
import { useTempFolder } from '#testing/temp-store.js';
import { useTraceReceiver } from '#testing/trace-receiver.js';
import { obedientAbout } from '../../services/augmentation/testing/obedient-teacher.js';
import { testEnvironment, TestPlatform } from '../testing/platform.js';
import { demoRows, model, uploadRows } from '../testing/short-job.js';
import { canariesBelow, canariesIn, canary } from './canaries.js';
import { installations } from './installations.js';
import { type Moment, remainsAt } from './remains.js';
import { Search } from './search.js';

const within = 300_000;
const folder = useTempFolder();

describe('the search', () => {
  test('finds a word in a name, between other bytes and in an unfinished file', () => {
    mkdirSync(join(folder.path, canary('folder')));
    writeFileSync(join(folder.path, canary('folder'), 'a'), 'nothing');
    const bytes = [Buffer.alloc(70_000, 0xff), Buffer.from(canary('bytes')), Buffer.alloc(9)];
    writeFileSync(join(folder.path, 'b'), Buffer.concat(bytes));
    expect(
      canariesBelow(folder.path)
        .map((one) => one.split(': ')[1])
        .toSorted(),
    ).toEqual(['bytes', 'folder']);
  });

  test('takes a word with a typing error for the word', () => {
    const typed = ['baseentity', 'baseentitty', 'bsaeentity', 'baseentit', 'besaentity'];
    const words = typed.map((what) => canary('baseentity').replace('baseentity', what));
    expect(words.map((word) => canariesIn(word).join())).toEqual([
      ...Array.from({ length: 4 }, () => 'baseentity'),
      'besaentity',
    ]);
  });

  test.skipIf(!canStartRedis)('finds what was in Redis, also what is gone from it', async () => {
    const server = await startRedisServer();
    const redis = new Redis(server.url);
    await redis.set('key', canary('value'));
    await redis.hset(canary('key'), 'field', 'x');
    await redis.flushall();
    expect(canariesBelow(server.dir).map((one) => one.split(': ')[1])).toEqual(['key', 'value']);
    redis.disconnect();
    await server.kill();
    rmSync(server.dir, { recursive: true });
  });
});

/** It begins as one, and that is all. */
const pictureOf = (what: string): Buffer =>
  Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.from(canary(what))]);

/** A whole one, with a comment. */
async function wholePictureOf(what: string): Promise<Buffer> {
  const png = Buffer.from(await encodePng(noisyImage(8, 8, 1)));
  const body = Buffer.from(`tEXtComment\0${canary(what)}`);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(body.length - 4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([png.subarray(0, HEADER), length, body, sum, png.subarray(HEADER)]);
}
/** Of a PNG: its first bytes and IHDR. */
const HEADER = 33;

const dataUrl = (bytes: Buffer): string => `data:image/png;base64,${bytes.toString('base64')}`;

/** So much that no database can compress it, in which the words could not be found then. */
const longMetadata = (): Record<string, string> =>
  Object.fromEntries(
    Array.from({ length: 14 }, (_, i) => [`${i}`, randomBytes(384).toString('base64')]),
  );

const obedient = obedientAbout(canary('teacher'));

describe.each(installations.filter(({ isAvailable }) => isAvailable))('on $name', ({ use }) => {
  const make = use();
  const teacher = useEndpoint(obedient);
  const judge = useEndpoint(says(canary('judge')));
  const traces = useTraceReceiver();
  let redis: RedisServer;
  let platform: TestPlatform;
  let client: LetheClient;
  let tenantId: string;
  /** Its knowledge base. */
  let baseId: string;
  let search: Search;
  let pictureId: string;
  let sets: { forget: string; retain: string; evaluation: string; holdout: string };
  const jobs: Job[] = [];
  const runs: string[] = [];

  beforeAll(async () => {
    // It appends every command that changes anything.
    redis = await startRedisServer();
    const { inherited, ...env } = await testEnvironment(redis.url);
    const installation = await make(env.home);
    const temporary = join(env.home, 'temporary');
    mkdirSync(temporary);
    const settings = {
      ...installation.variables,
      TMPDIR: temporary,
      OTEL_EXPORTER_OTLP_ENDPOINT: traces.url,
      LOG_LEVEL: 'debug',
      CHECKPOINT_STEPS: '1',
      RECONCILE_MS: '200',
      SWEEP_MS: '1000',
      TEACHER_URL: teacher.url,
      TEACHER_MODEL: 'm',
      TEACHER_RETRIES: '0',
      TEACHER_CONCURRENCY: '1',
      JUDGE_LLM_URL: judge.url,
      JUDGE_LLM_MODEL: 'm',
      JUDGE_LLM_RETRIES: '0',
    };
    platform = new TestPlatform({ ...env, inherited: { ...inherited, ...settings } });
    search = new Search(env.home, redis, installation);
    await platform.start();
    const bystander = await platform.tenant('bystander');
    await uploadRows(bystander, 'rows.jsonl', [{ question: canary('bystander'), answer: 'a' }]);
    client = await platform.tenant(canary('tenant'), 0);
    const tenants = await platform.admin().tenants();
    tenantId = tenants.find(({ name }) => name === canary('tenant'))!.id;
    await client.createKey({ name: canary('keyname') });
    const { id: revoked } = await client.createKey({ name: canary('revoked') });
    await client.revokeKey(revoked);
    await makeBase();
    const [forget, retain, evaluation, holdout] = await Promise.all([
      upload('forget', 'forget'),
      upload('retain', 'retain'),
      upload('evaluation', 'forget'),
      upload('holdout', 'forget'),
    ]);
    sets = { forget, retain, evaluation, holdout };
    const file = new File([await wholePictureOf('picture')], `${canary('filename')}.png`);
    pictureId = (await client.openai.files.create({ file, purpose: 'vision' })).id;
    await uploadRows(client, `${canary('filename')}.jsonl`, [
      { question: 'q', answer: 'a', image: dataUrl(await wholePictureOf('rowpicture')) },
    ]);
  }, within);
  afterAll(async () => {
    await platform.stop();
    await redis.kill();
    for (const path of [platform.env.home, redis.dir]) rmSync(path, { recursive: true });
  }, within);

  /** With an entity and values that a change has deleted. */
  async function makeBase(): Promise<void> {
    const file = join(platform.env.home, `${canary('basefile')}.jsonl`);
    const entity = (of: string) => ({
      name: canary(`${of}entity`),
      aliases: [canary(`${of}alias`)],
      attributes: { [canary(`${of}attribute`)]: [canary(`${of}value`)] },
    });
    writeFileSync(
      file,
      [entity('base'), entity('gone')].map((one) => JSON.stringify(one)).join('\n'),
    );
    const { id } = await client.createKnowledgeBase(canary('basename'), file);
    baseId = id;
    rmSync(file);
    await client.changeKnowledgeBase(id, [{ op: 'delete', entity: canary('goneentity') }]);
  }

  const upload = (set: string, name: 'forget' | 'retain'): Promise<string> =>
    uploadRows(
      client,
      `${canary('filename')}.jsonl`,
      demoRows(name, 4).map(({ question, answer }) => ({
        question: `${question} ${canary(`${set}question`)}`,
        answer: `${answer} ${canary(`${set}answer`)}`,
      })),
    );

  /** @param unlearn what is special of it. @returns its id. */
  async function start(unlearn: object): Promise<string> {
    const body = {
      model,
      training_file: sets.forget,
      suffix: canary('suffix'),
      metadata: { [canary('metakey')]: canary('metavalue'), ...longMetadata() },
      method: {
        type: 'unlearn',
        unlearn: {
          objective: 'relearn',
          retain_file: sets.retain,
          hyperparameters: { max_steps: 2, batch_size: 2 },
          augmentation: { teacher: 'openai', language: 'any', rounds: 1 },
          evaluation: {
            judge: 'lexical',
            forget_file: sets.evaluation,
            holdout_file: sets.holdout,
            limit: 2,
            max_tokens: 8,
          },
          ...unlearn,
        },
      },
    };
    const { id } = await client.openai.fineTuning.jobs.create(body as never, {
      headers: { 'Idempotency-Key': `${canary('idempotency')}${Math.random()}` },
    });
    return id;
  }

  /** To the knowledge base: by its entity's alias, and in questions of the evaluation by its name. */
  async function startTuning(): Promise<string> {
    const [base] = await collect(client.knowledgeBases());
    const tuning = {
      knowledge_base: base!.id,
      hyperparameters: { max_steps: 2, batch_size: 2 },
      augmentation: { alias_share: 0.9, wordings: 16, absent_share: 0 },
      evaluation: { limit: 2, max_tokens: 8 },
    };
    const { id } = await client.createJob({
      model,
      suffix: canary('suffix'),
      metadata: { [canary('metakey')]: canary('metavalue') },
      method: { type: 'knowledge_tuning', knowledge_tuning: tuning },
    });
    return id;
  }

  /** It is over then. */
  async function ended(id: string): Promise<Job> {
    const job = await follow(client, id);
    jobs.push(job);
    return job;
  }

  /** Trains for as long as nobody cancels it, in effect. */
  const startLong = (): Promise<string> =>
    start({
      objective: 'npo',
      augmentation: undefined,
      hyperparameters: { n_epochs: 200, batch_size: 1 },
      evaluation: undefined,
    });

  /** Asserts what the page on erasure says of a moment, once erasures are done. */
  async function expectRemains(moment: Moment): Promise<void> {
    const { keys, bytes, ...words } = remainsAt(moment);
    const patient = { timeout: 100_000 };
    await expect.poll(() => search.spaces(tenantId), patient).toEqual({ keys, bytes });
    // Records go after bytes.
    await expect.poll(() => search.finds(), patient).toEqual(words);
    expect(await search.strays()).toEqual([]);
  }

  test(
    'jobs at work have what they need',
    async () => {
      const [asked, answered]: Gate[] = [gate(), gate()];
      const holds: Answer = (response, request) => {
        asked!.resolve();
        void answered!.promise.then(() => obedient(response, request));
      };
      teacher.script = [obedient, obedient, holds, obedient];
      const [augmenting, training] = await Promise.all([start({}), startLong()]);
      await asked!.promise;
      const hasCheckpoint = () => search.hasBytes(tenantId, workSpace(training));
      await expect.poll(hasCheckpoint, { timeout: 60_000 }).toBe(true);
      await expectRemains('jobs at work');
      await client.cancelJob(training);
      answered!.resolve();
      expect((await ended(augmenting)).error).toBeNull();
      expect(await ended(training)).toMatchObject({ status: 'cancelled' });
      expect(JSON.stringify(teacher.requests)).toContain(canary('forgetanswer'));
    },
    within,
  );

  test(
    'jobs and runs that have ended, well or in words, have left what the page says',
    async () => {
      teacher.script = [obedient, fails(401, {}, canary('refusal'))];
      expect(await ended(await start({}))).toMatchObject({ status: 'failed' });
      teacher.script = [obedient];
      judge.script = [fails(400, {}, canary('refusal'))];
      const byModel = { judge: 'llm', limit: 2, max_tokens: 8 };
      expect(await ended(await start({ evaluation: byModel }))).toMatchObject({ status: 'failed' });
      expect((await ended(await startTuning())).error).toBeNull();
      expect(await evaluated('lexical')).toMatchObject({ status: 'succeeded' });
      expect(await evaluated('llm')).toMatchObject({ status: 'failed' });
      await chat();
      await refusedRequests();
      await expectRemains('jobs ended');
    },
    within,
  );

  /** Of the base model and of a tuned one. */
  async function evaluated(by: 'lexical' | 'llm'): Promise<EvaluationRun> {
    const files = { forget: sets.evaluation, retain: sets.retain };
    const { id } = await client.createRun({
      models: [model, models()[0]!],
      tasks: [{ name: 'unlearning', files }],
      judge: by,
      limit: 2,
      max_tokens: 8,
      metadata: { [canary('runkey')]: canary('runvalue'), ...longMetadata() },
    });
    runs.push(id);
    return followRun(client, id);
  }

  const chat = async (): Promise<void> => {
    const [name] = models();
    expect(name).toContain(canary('suffix'));
    await client.openai.chat.completions.create({
      model: name!,
      messages: [
        { role: 'user', content: canary('prompt') },
        { role: 'assistant', content: canary('answer') },
        { role: 'user', content: canary('prompt') },
      ],
      max_tokens: 4,
    });
    await client.openai.responses.create({
      model: name!,
      instructions: canary('prompt'),
      input: canary('prompt'),
      metadata: { [canary('runkey')]: canary('runvalue') },
      max_output_tokens: 4,
    });
    const asked = `${canary('prompt')} ${canary('baseentity')} ${canary('baseattribute')}`;
    await client.ask(name!, asked, {
      knowledge_base: baseId,
      min_mass: -1000,
      retriever_weight: 100,
    });
  };

  const models = (): string[] => jobs.flatMap(({ fine_tuned_model: name }) => name ?? []);

  async function refusedRequests(): Promise<void> {
    const { openai } = client;
    const refused = { status: expect.toSatisfy((status: number) => status >= 400 && status < 500) };
    const row = { question: canary('badquestion') };
    await expect(uploadRows(client, canary('badfile'), [row])).rejects.toMatchObject(refused);
    const url = dataUrl(pictureOf('shown'));
    const shown = [pictureId, url].map((source) => ({
      type: 'image_url' as const,
      image_url: { url: source },
    }));
    await expect(
      openai.chat.completions.create({ model, messages: [{ role: 'user', content: shown }] }),
    ).rejects.toMatchObject(refused);
    await expect(openai.models.retrieve(canary('model'))).rejects.toMatchObject(refused);
    await expect(openai.get(`/${canary('path')}?${canary('query')}=1`)).rejects.toMatchObject(
      refused,
    );
    await expect(platform.admin().createTenant(canary('tenant'))).rejects.toMatchObject(refused);
    const broken = await fetch(`${platform.url}/v1/fine_tuning/jobs`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${canary('apikey')}`,
        'content-type': 'application/json',
      },
      body: `{"${canary('body')}`,
    });
    expect(broken.status).toBeLessThan(500);
  }

  const deletions: Record<string, () => Promise<unknown>> = {
    'files deleted': async () => {
      for await (const { id } of client.openai.files.list()) await client.openai.files.delete(id);
      for await (const { id } of client.knowledgeBases()) await client.deleteKnowledgeBase(id);
    },
    'jobs deleted': () => Promise.all(jobs.map(({ id }) => client.deleteJob(id))),
    'evaluation runs deleted': () => Promise.all(runs.map((id) => client.deleteRun(id))),
    'models deleted': () => Promise.all(models().map((name) => client.openai.models.delete(name))),
    'tenant deleted': () => platform.admin().deleteTenant(tenantId),
  };

  test('no trace has a word of it', async () => {
    const names = (): string[] => traces.spans.map(({ name }) => name);
    const all = ['job unlearn', 'process train', 'process evaluate-shard', 'process publish'];
    await expect
      .poll(names, { timeout: 30_000 })
      .toEqual(expect.arrayContaining([...all, 'decode', 'artifact write']));
    expect(traces.spans.some(({ failed }) => failed)).toBe(true);
    expect(canariesIn(traces.bytes.toString('latin1'))).toEqual([]);
  });

  test.each(Object.keys(deletions) as Moment[])(
    '%s',
    async (moment) => {
      await deletions[moment]!();
      await expectRemains(moment);
    },
    within,
  );
});
