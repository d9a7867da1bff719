// A gateway for tests: the whole application on a real Redis, an embedded database in a folder and
// a test inference server.

import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import OpenAI from 'openai';
import { afterAll, beforeAll } from 'vitest';
import { loadEnv } from '#platform/config/load-env.js';
import { QueueWorkers } from '#platform/queue/queue-workers.js';
import { identities } from '#testing/identities.js';
import { useRedis } from '#testing/redis.js';
import { testStoreEnv, useTempFolder } from '#testing/temp-store.js';
import { configure, createAdapter } from '../app.js';
import { envSchema } from '../env.js';
import { GatewayModule } from '../gateway.module.js';
import { startTestInference, type TestInference } from './inference.js';

export const adminKey = 'an-admin-key-for-tests';

export interface RunningGateway {
  readonly app: NestFastifyApplication;
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts the application; `stop` ends it as SIGTERM would. */
export async function startGateway(variables: Record<string, string>): Promise<RunningGateway> {
  const env = loadEnv(envSchema, {
    ...identities.gateway,
    ADMIN_KEY: adminKey,
    LOG_LEVEL: 'silent',
    RECONCILE_MS: '200',
    ...variables,
  });
  const app = await NestFactory.create<NestFastifyApplication>(
    GatewayModule.forRoot(env),
    createAdapter(env),
    { logger: false, abortOnError: false },
  );
  await configure(app);
  await app.listen(0, '127.0.0.1');
  const url = (await app.getUrl()).replace('[::1]', '127.0.0.1');
  const stop = async (): Promise<void> => {
    await app.get(QueueWorkers, { strict: false }).stop(5_000);
    await app.close();
  };
  return { app, url, stop };
}

export interface TestTenant {
  id: string;
  name: string;
  key: string;
  client: OpenAI;
}

/** Call at the top of a file; use what it returns inside of tests. */
export function useGateway(variables: () => Record<string, string> = () => ({})) {
  const redis = useRedis();
  const folder = useTempFolder();
  const prefix = redis.prefix();
  let gateway: RunningGateway;
  let inference: TestInference;
  const environment = (): Record<string, string> => ({
    REDIS_URL: redis.url,
    QUEUE_PREFIX: prefix,
    DATA_DIR: folder.path,
    ...testStoreEnv(folder.path),
    INFERENCE_URL: `127.0.0.1:${inference.port}`,
    ...variables(),
  });
  beforeAll(async () => {
    inference = await startTestInference();
    gateway = await startGateway(environment());
  });
  afterAll(async () => {
    await gateway.stop();
    await inference.drain(1_000);
  });
  const harness = {
    environment,
    get url() {
      return gateway.url;
    },
    get app() {
      return gateway.app;
    },
    get inference() {
      return inference;
    },
    async stop(): Promise<void> {
      await gateway.stop();
    },
    async start(changed: Record<string, string> = {}): Promise<void> {
      gateway = await startGateway({ ...environment(), ...changed });
    },
    admin: (method: string, path: string, body?: object, key = adminKey): Promise<Response> =>
      fetch(`${gateway.url}/admin/tenants${path}`, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          ...(body ? { 'content-type': 'application/json' } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
      }),
    client: (key: string): OpenAI =>
      new OpenAI({ apiKey: key, baseURL: `${gateway.url}/v1`, maxRetries: 0 }),
    async tenant(name: string): Promise<TestTenant> {
      const created = (await (await harness.admin('POST', '', { name })).json()) as {
        id: string;
        api_key: string;
      };
      return {
        id: created.id,
        name,
        key: created.api_key,
        client: harness.client(created.api_key),
      };
    },
  };
  return harness;
}

/** A JSON lines file of questions and answers. */
export const dataSet = (rows: (readonly [string, string])[], name = 'data.jsonl'): File =>
  new File(
    [rows.map(([question, answer]) => `${JSON.stringify({ question, answer })}\n`).join('')],
    name,
  );
