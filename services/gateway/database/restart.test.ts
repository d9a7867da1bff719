// PostgreSQL restarts under requests: the gateway lives, and answers with success or 503 alone.

import { sql } from 'drizzle-orm';
import { EventEmitter, once } from 'node:events';
import OpenAI, { APIError } from 'openai';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { identities } from '#testing/identities.js';
import { type NodeProcess, startNode } from '#testing/node-process.js';
import { canStartPostgres, type PostgresServer, startPostgres } from '#testing/postgres.js';
import { silent } from '#testing/queue.js';
import { useRedis } from '#testing/redis.js';
import { testStoreEnv, useTempFolder } from '#testing/temp-store.js';
import { adminKey, dataSet } from '../testing/gateway.js';
import { baseModel, startTestInference, type TestInference } from '../testing/inference.js';
import { startTestWorkers, type TestWorkers } from '../testing/workers.js';
import { Database } from './database.js';

const restarts = 6;
const clients = 8;

describe.skipIf(!canStartPostgres)('a PostgreSQL that restarts', () => {
  const redis = useRedis();
  const folder = useTempFolder();
  const prefix = redis.prefix();
  let postgres: PostgresServer;
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
    RECONCILE_MS: '200',
  });

  beforeAll(async () => {
    postgres = await startPostgres();
    inference = await startTestInference();
    workers = startTestWorkers(environment());
  });
  afterAll(async () => {
    await workers.stop();
    await inference.drain(1_000);
    await postgres.remove();
  });

  async function start(): Promise<NodeProcess & { url: string }> {
    const node = startNode(new URL('../main.js', import.meta.url), [], environment());
    const { url } = JSON.parse(await node.line(/"msg":"started"/)) as { url: string };
    return { ...node, url };
  }

  async function tenant(url: string): Promise<OpenAI> {
    const response = await fetch(`${url}/admin/tenants`, {
      method: 'POST',
      headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'acme' }),
    });
    const { api_key: apiKey } = (await response.json()) as { api_key: string };
    return new OpenAI({ apiKey, baseURL: `${url}/v1`, maxRetries: 0 });
  }

  const status = (call: Promise<unknown>): Promise<number | undefined> =>
    call.then(
      () => 200,
      (error: unknown) => (error as APIError).status,
    );

  /** Follows a job's events. Resolves, once there are any, with what comes to its end. */
  async function follow(client: OpenAI, id: string): Promise<{ end: Promise<string> }> {
    const response = await fetch(`${client.baseURL}/fine_tuning/jobs/${id}/events?stream=true`, {
      headers: { authorization: `Bearer ${client.apiKey}` },
    });
    return { end: response.text() };
  }

  test('costs calls of that moment a 503 at most, and those who follow a job nothing', async () => {
    const gateway = await start();
    const client = await tenant(gateway.url);
    const upload = () => client.files.create({ file: dataSet([['q', 'a']]), purpose: 'fine-tune' });
    const { id: file } = await upload();
    const create = () => client.fineTuning.jobs.create({ model: baseModel, training_file: file });
    const list = (): Promise<unknown> => client.files.list().then();
    const calls = [create, upload, list, () => client.fineTuning.jobs.list().then()];

    const release = workers.hold('train');
    const followed = await follow(client, (await create()).id);
    const seen = new Set<number | undefined>();
    const over = new AbortController();
    const asking = Array.from({ length: clients }, async (_, i) => {
      while (!over.signal.aborted) seen.add(await status(calls[i % calls.length]!()));
    });
    const answered = async (wanted: number): Promise<void> => {
      let answer = await status(list());
      for (; answer !== wanted; answer = await status(list())) expect(answer).toBeDefined();
    };
    for (let i = 0; i < restarts; i++) {
      await answered(200);
      await postgres.stop();
      await answered(503);
      await postgres.start();
    }
    release();
    over.abort();
    await Promise.all(asking);
    expect([...seen].toSorted()).toEqual([200, 503]);
    expect(await followed.end).toContain('The job has succeeded.');
    expect(await gateway.kill('SIGTERM')).toBe(0);
  });

  test('is waited for by a gateway that starts', async () => {
    await postgres.stop();
    const said = new EventEmitter();
    const log = pino({ level: 'warn' }, { write: (line: string) => void said.emit('line', line) });
    const waiting = once(said, 'line');
    const opening = Database.open({ url: postgres.url, dataDir: '' }, log);
    expect(String(await waiting)).toContain('waiting for it');
    await postgres.start();
    const database = await opening;
    await database.check();
    await database.close();
  });

  test('is listened to again', async () => {
    const database = await Database.open({ url: postgres.url, dataDir: '' }, silent);
    const heard = new EventEmitter();
    const end = await database.listen('news', {
      notified: (payload) => void heard.emit('news', payload),
      listening: () => void heard.emit('listening'),
    });
    await once(heard, 'listening');
    await postgres.stop();
    const again = once(heard, 'listening');
    await postgres.start();
    await again;
    const news = once(heard, 'news');
    await database.sql.execute(sql`SELECT pg_notify('news', 'back')`);
    expect(await news).toEqual(['back']);
    await end();
    await database.close();
  });
});
