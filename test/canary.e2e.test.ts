// A tenant's text stands in no log, not in Redis and unsealed in no file, whatever becomes of jobs.
// The database, which keeps names of files, suffixes and metadata in clear, is looked at apart.

import { PGlite } from '@electric-sql/pglite';
import { Redis } from 'ioredis';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { follow } from '#client/follow.js';
import type { LetheClient } from '#client/lethe-client.js';
import { canStartRedis, type RedisServer, startRedisServer } from '#testing/redis.js';
import { fails, says, useEndpoint } from '#testing/scripted-endpoint.js';
import { useTempFolder } from '#testing/temp-store.js';
import { obedientAbout } from '../services/augmentation/testing/obedient-teacher.js';
import { canariesBelow, canariesIn, canary } from './testing/canaries.js';
import { testEnvironment, TestPlatform } from './testing/platform.js';
import { demoRows, model, uploadRows } from './testing/short-job.js';

const within = 120_000;
const folder = useTempFolder();

describe('the search', () => {
  test('finds a word in a name, between other bytes and in an unfinished file', () => {
    mkdirSync(join(folder.path, canary('folder')));
    writeFileSync(join(folder.path, canary('folder'), 'a'), 'nothing');
    const bytes = [Buffer.alloc(70_000, 0xff), Buffer.from(canary('bytes')), Buffer.alloc(9)];
    writeFileSync(join(folder.path, 'b'), Buffer.concat(bytes));
    expect(canariesBelow(folder.path).map((one) => one.split(': ')[1])).toEqual([
      'bytes',
      'folder',
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

describe.skipIf(!canStartRedis)('a platform', () => {
  const teacher = useEndpoint(obedientAbout(canary('teacher')));
  const judge = useEndpoint(says(canary('judge')));
  let redis: RedisServer;
  let platform: TestPlatform;
  let client: LetheClient;
  let sets: { forget: string; retain: string; evaluation: string };

  beforeAll(async () => {
    // It appends every command that changes anything, and is not rewritten while it is so small.
    redis = await startRedisServer();
    const { inherited, ...env } = await testEnvironment(redis.url);
    const temporary = join(env.home, 'temporary');
    mkdirSync(temporary);
    const settings = {
      TMPDIR: temporary,
      LOG_LEVEL: 'debug',
      TEACHER_URL: teacher.url,
      TEACHER_MODEL: 'm',
      TEACHER_RETRIES: '0',
      JUDGE_LLM_URL: judge.url,
      JUDGE_LLM_MODEL: 'm',
      JUDGE_LLM_RETRIES: '0',
    };
    platform = new TestPlatform({ ...env, inherited: { ...inherited, ...settings } });
    await platform.start();
    client = await platform.tenant(canary('tenant'), 0);
    const rowsOf = (place: string, name: 'forget' | 'retain') =>
      demoRows(name, 4).map(({ question, answer }) => ({
        question: `${question} ${canary(`${place}question`)}`,
        answer: `${answer} ${canary(`${place}answer`)}`,
      }));
    const upload = (place: string, name: 'forget' | 'retain') =>
      uploadRows(client, `${canary('file')}.jsonl`, rowsOf(place, name));
    const [forget, retain, evaluation] = await Promise.all([
      upload('forget', 'forget'),
      upload('retain', 'retain'),
      upload('evaluation', 'forget'),
    ]);
    sets = { forget, retain, evaluation };
  }, 150_000);
  afterAll(async () => {
    await platform.stop();
    await redis.kill();
    for (const path of [platform.env.home, redis.dir]) rmSync(path, { recursive: true });
  }, within);

  /** @param judgement who judges. @returns the job once it is over. */
  async function ended(judgement: 'lexical' | 'llm') {
    const body = {
      model,
      training_file: sets.forget,
      suffix: canary('suffix'),
      metadata: { [canary('metakey')]: canary('metavalue') },
      method: {
        type: 'unlearn',
        unlearn: {
          objective: 'relearn',
          retain_file: sets.retain,
          hyperparameters: { max_steps: 2, batch_size: 2 },
          augmentation: { teacher: 'openai', language: 'any', rounds: 1 },
          evaluation: {
            judge: judgement,
            forget_file: sets.evaluation,
            limit: 2,
            max_tokens: 8,
          },
        },
      },
    };
    const { id } = await client.openai.fineTuning.jobs.create(body as never, {
      headers: { 'Idempotency-Key': `${canary('idempotency')}${judgement}${Math.random()}` },
    });
    return follow(client, id);
  }

  /** Where canaries are, but for the database. */
  const strays = (): string[] => [
    ...canariesBelow(platform.env.home, [join(platform.env.home, 'db')]),
    ...canariesBelow(redis.dir).map((one) => `Redis ${one}`),
  ];

  test(
    "leaves none of a tenant's words after a job that succeeds",
    async () => {
      const job = await ended('lexical');
      expect(job.error).toBeNull();
      expect(job.fine_tuned_model).toContain(canary('suffix'));
      expect(JSON.stringify(teacher.requests)).toContain(canary('forgetanswer'));
      await client.openai.chat.completions.create({
        model: job.fine_tuned_model!,
        messages: [{ role: 'user', content: canary('prompt') }],
        max_tokens: 4,
      });
      expect(strays()).toEqual([]);
    },
    within,
  );

  test(
    'leaves none after jobs whose teacher or judge fails in words',
    async () => {
      teacher.script = [fails(401, {}, `${canary('forgetanswer')} ${canary('refusal')}`)];
      expect(await ended('lexical')).toMatchObject({ status: 'failed' });
      teacher.script = [obedientAbout(canary('teacher'))];
      judge.script = [fails(400, {}, canary('refusal'))];
      expect(await ended('llm')).toMatchObject({ status: 'failed' });
      expect(strays()).toEqual([]);
    },
    within,
  );

  test('leaves none after requests that are refused', async () => {
    const { openai } = client;
    const refused = { status: expect.toSatisfy((status: number) => status >= 400 && status < 500) };
    const row = { question: canary('badquestion') };
    await expect(uploadRows(client, canary('badfile'), [row])).rejects.toMatchObject(refused);
    await expect(openai.models.retrieve(canary('model'))).rejects.toMatchObject(refused);
    await expect(openai.get(`/${canary('path')}?${canary('query')}=1`)).rejects.toMatchObject(
      refused,
    );
    const broken = await fetch(`${platform.url}/v1/fine_tuning/jobs`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${canary('apikey')}`,
        'content-type': 'application/json',
      },
      body: `{"${canary('body')}`,
    });
    expect(broken.status).toBeLessThan(500);
    expect(strays()).toEqual([]);
  });

  test(
    'keeps in its database names of files and of tenants, suffixes and metadata alone',
    async () => {
      await platform.stop();
      const kept = ['file', 'metakey', 'metavalue', 'suffix', 'tenant'];
      expect(canariesIn(await rowsOfAll(join(platform.env.home, 'db')))).toEqual(kept);
      expect(strays()).toEqual([]);
    },
    within,
  );
});

/** Every row of every table, as text: pages hold long values compressed. */
async function rowsOfAll(path: string): Promise<string> {
  const database = await PGlite.create(path);
  const tables = await database.query<{ name: string }>(
    "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'",
  );
  const rows: unknown[] = [];
  for (const { name } of tables.rows)
    rows.push((await database.query(`SELECT * FROM "${name}"`)).rows);
  await database.close();
  return JSON.stringify(rows);
}
