// Gateways as processes: whichever settles the jobs may die, stand still or lose Redis.

import { rmSync } from 'node:fs';
import OpenAI from 'openai';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { identities } from '#testing/identities.js';
import { type NodeProcess, startNode } from '#testing/node-process.js';
import { hasPostgres, usePostgres } from '#testing/postgres.js';
import { canStartRedis, startRedisServer, useRedis } from '#testing/redis.js';
import { testStoreEnv, useTempFolder } from '#testing/temp-store.js';
import { adminKey, dataSet } from '../testing/gateway.js';
import { baseModel, startTestInference, type TestInference } from '../testing/inference.js';
import { startTestWorkers, type TestWorkers } from '../testing/workers.js';

const settles = /settles the jobs now/;

describe.skipIf(!hasPostgres)('gateways of one PostgreSQL', () => {
  const redis = useRedis();
  const postgres = usePostgres();
  const folder = useTempFolder();
  const prefix = redis.prefix();
  let inference: TestInference;
  let workers: TestWorkers;

  const environment = (): Record<string, string> => ({
    REDIS_URL: redis.url,
    QUEUE_PREFIX: prefix,
    DATABASE_URL: postgres.url,
    ...testStoreEnv(folder.path),
    ...identities.gateway,
    INFERENCE_URL: `127.0.0.1:${inference.port}`,
    ADMIN_KEY: adminKey,
    PORT: '0',
    LEASE_MS: '2000',
  });
  beforeAll(async () => {
    inference = await startTestInference();
    workers = startTestWorkers(environment());
  });
  afterAll(async () => {
    await workers.stop();
    await inference.drain(1_000);
  });

  interface Gateway extends NodeProcess {
    readonly url: string;
  }

  async function start(changed: Record<string, string> = {}): Promise<Gateway> {
    const node = startNode(new URL('../main.js', import.meta.url), [], {
      ...environment(),
      ...changed,
    });
    const { url } = JSON.parse(await node.line(/"msg":"started"/)) as { url: string };
    return { ...node, url };
  }

  /** The first settles the jobs, the second does not. */
  async function two(first: Record<string, string> = {}): Promise<[Gateway, Gateway]> {
    const holder = await start(first);
    await holder.line(settles);
    return [holder, await start()];
  }

  async function tenant(url: string, name: string): Promise<OpenAI> {
    const response = await fetch(`${url}/admin/tenants`, {
      method: 'POST',
      headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name }),
    });
    const { api_key: apiKey } = (await response.json()) as { api_key: string };
    return new OpenAI({ apiKey, baseURL: `${url}/v1`, maxRetries: 0 });
  }

  async function startJob(client: OpenAI): Promise<string> {
    const file = await client.files.create({ file: dataSet([['q', 'a']]), purpose: 'fine-tune' });
    const job = { model: baseModel, training_file: file.id };
    return (await client.fineTuning.jobs.create(job)).id;
  }

  /** Follows the job to its end. Progress is left out: who comes late sees the latest alone. */
  async function history(client: OpenAI, id: string): Promise<string[]> {
    const response = await fetch(`${client.baseURL}/fine_tuning/jobs/${id}/events?stream=true`, {
      headers: { authorization: `Bearer ${client.apiKey}` },
    });
    const messages = [...(await response.text()).matchAll(/"message":"(.*?)"/g)];
    return messages.map(([, message]) => message!).filter((message) => !message.endsWith(' of 2'));
  }

  const whole = (id: string) => [
    `Created fine-tuning job: ${id}`,
    'Files are valid; the job is queued.',
    'The job is running.',
    'train has started.',
    'train is done.',
    'publish has started.',
    'publish is done.',
    expect.stringContaining('New fine-tuned model created'),
    'The job has succeeded.',
  ];

  test('go on with the jobs of one that is killed', async () => {
    const [holder, other] = await two();
    const client = await tenant(other.url, 'killed');
    const release = workers.hold('train');
    const id = await startJob(client);
    await workers.reached('train');
    await holder.kill('SIGKILL');
    workers.fail('train', 'the loss is not a number');
    onTestFinished(() => workers.fail('train', undefined));
    release();
    // Publishing is a job of the queues; a failure is seen by the one that settles them alone.
    expect((await history(client, id)).at(-1)).toBe('train: the loss is not a number');
    await other.line(settles);
  });

  test('take over from one that stands still, which then writes nothing more', async () => {
    const [holder, other] = await two();
    const client = await tenant(other.url, 'frozen');
    const release = workers.hold('train');
    const id = await startJob(client);
    await workers.reached('train');
    void holder.kill('SIGSTOP');
    release();
    const told = await history(client, id);
    expect(told).toEqual(whole(id));
    // Whoever publishes ends the history too, which may be before the lease has expired.
    await other.line(settles);
    void holder.kill('SIGCONT');
    await holder.line(/no longer settles the jobs/);
    expect(await history(client, id)).toEqual(told);
    const next = await startJob(client);
    expect(await history(client, next)).toEqual(whole(next));
  });

  test('give up the jobs when they stop', async () => {
    const holder = await start();
    await holder.line(settles);
    expect(await holder.kill('SIGTERM')).toBe(0);
    const client = new Client({ connectionString: postgres.url });
    await client.connect();
    expect((await client.query('SELECT holder FROM leases')).rows).toEqual([]);
    await client.end();
  });

  test.skipIf(!canStartRedis)('leave the jobs to one that can reach Redis', async () => {
    const own = await startRedisServer();
    const [, other] = await two({ REDIS_URL: own.url });
    await own.kill();
    rmSync(own.dir, { recursive: true, force: true });
    await other.line(settles);
  });
});
