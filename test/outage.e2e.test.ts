// Redis or inference down: requests that need them end in a 503 soon, and work again when they are
// back.

import { rmSync } from 'node:fs';
import { APIError } from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LetheClient } from '#client/lethe-client.js';
import { canStartRedis, type RedisServer, startRedisServer } from '#testing/redis.js';
import { TestPlatform, testEnvironment } from './testing/platform.js';
import { model, shortJob } from './testing/short-job.js';

let redis: RedisServer;
let platform: TestPlatform;
let client: LetheClient;

const status = (promise: Promise<unknown>): Promise<number | undefined> =>
  promise.then(
    () => 200,
    (error: unknown) => (error as APIError).status,
  );
const chat = () =>
  status(
    client.openai.chat.completions.create({
      model,
      messages: [{ role: 'user', content: 'Hello?' }],
      max_tokens: 4,
    }),
  );

/** Asks until the answer is as expected; the test's own time limit ends it otherwise. */
async function until(expected: number, ask: () => Promise<number | undefined>): Promise<void> {
  while ((await ask()) !== expected) await new Promise((resolve) => setTimeout(resolve, 200));
}

describe.skipIf(!canStartRedis)('an outage', () => {
  beforeAll(async () => {
    redis = await startRedisServer();
    platform = new TestPlatform(await testEnvironment(redis.url));
    await platform.start();
    client = await platform.tenant('acme', 0);
  }, 150_000);
  afterAll(async () => {
    await platform.stop();
    await redis.kill('SIGTERM');
    for (const folder of [platform.env.home, redis.dir])
      rmSync(folder, { recursive: true, force: true });
  }, 150_000);

  test('answers 503 to a new job while Redis is down, still answers what needs none, and recovers', async () => {
    const body = await shortJob(client, 1);
    await redis.kill('SIGKILL');
    const since = Date.now();
    expect(await status(client.createJob(body))).toBe(503);
    expect(Date.now() - since).toBeLessThan(10_000);
    expect(await status(client.openai.files.list() as unknown as Promise<unknown>)).toBe(200);
    expect((await platform.health('gateway', 'readyz')).status).toBe(503);
    expect((await platform.health('gateway', 'healthz')).status).toBe(200);
    redis = await startRedisServer({ port: redis.port, dir: redis.dir });
    await until(200, () => status(client.createJob(body)));
    await until(200, async () => (await platform.health('gateway', 'readyz')).status);
  }, 60_000);

  test('answers 503 to a chat while inference is down, and recovers', async () => {
    expect(await chat()).toBe(200);
    platform.kill('inference');
    expect(await chat()).toBe(503);
    expect((await platform.health('gateway', 'readyz')).status).toBe(503);
    await until(200, chat);
    await until(200, async () => (await platform.health('gateway', 'readyz')).status);
  }, 60_000);
});
