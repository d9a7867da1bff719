// Redis goes away, comes back, and once comes back empty.

import { Redis } from 'ioredis';
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canStartRedis, type RedisServer, startRedisServer } from '#testing/redis.js';
import { dataSet, type TestTenant, useGateway } from '../testing/gateway.js';
import { baseModel } from '../testing/inference.js';
import { startTestWorkers, type TestWorkers } from '../testing/workers.js';

describe.skipIf(!canStartRedis)('without Redis', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedisServer();
  });
  const gateway = useGateway(() => ({ REDIS_URL: redis.url }));
  let workers: TestWorkers;
  let tenant: TestTenant;
  let file: string;

  beforeAll(async () => {
    tenant = await gateway.tenant('acme');
    file = (await tenant.client.files.create({ file: dataSet([['q', 'a']]), purpose: 'fine-tune' }))
      .id;
    workers = startTestWorkers(gateway.environment());
  });
  afterAll(async () => {
    await workers.stop();
    await redis.kill();
    rmSync(redis.dir, { recursive: true, force: true });
  });

  const create = () =>
    tenant.client.fineTuning.jobs.create({ model: baseModel, training_file: file });
  const status = async (id: string) => (await tenant.client.fineTuning.jobs.retrieve(id)).status;

  /** Follows the job's events to its end. */
  async function end(id: string): Promise<string> {
    const response = await fetch(`${gateway.url}/v1/fine_tuning/jobs/${id}/events?stream=true`, {
      headers: { authorization: `Bearer ${tenant.key}` },
    });
    expect(await response.text()).toContain('[DONE]');
    return status(id);
  }

  test('refuses new jobs while Redis is down, records a cancel, and carries it out when Redis is back', async () => {
    const release = workers.hold('train');
    const [cancelled, survivor] = [await create(), await create()];
    await workers.reached('train');
    await redis.kill('SIGKILL');

    const refusal: unknown = await create().catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      status: 503,
      code: 'service_unavailable',
      message: expect.stringContaining('Redis'),
    });
    expect((refusal as { headers: Headers }).headers.get('retry-after')).toBe('2');
    expect((await tenant.client.fineTuning.jobs.list()).data.map(({ id }) => id)).toEqual([
      survivor.id,
      cancelled.id,
    ]);
    const { data: answer, response } = await tenant.client.chat.completions
      .create({ model: baseModel, messages: [{ role: 'user', content: 'x' }] })
      .withResponse();
    expect(answer.choices[0]!.message.content).toBe('base x');
    expect(response.headers.get('x-ratelimit-remaining-requests')).toMatch(/^\d+$/);
    expect(await tenant.client.fineTuning.jobs.cancel(cancelled.id)).toMatchObject({
      status: 'cancelled',
    });

    redis = await startRedisServer({ port: redis.port, dir: redis.dir });
    await workers.aborted('train');
    release();
    expect(await end(survivor.id)).toBe('succeeded');
    expect(await status(cancelled.id)).toBe('cancelled');
  });

  test('starts a job again whose flow Redis has lost', async () => {
    const release = workers.hold('train');
    const job = await create();
    await workers.reached('train');
    await redis.kill('SIGKILL');
    rmSync(redis.dir, { recursive: true, force: true });
    release();
    redis = await startRedisServer({ port: redis.port });
    expect(await end(job.id)).toBe('succeeded');
  });

  test.each(['active', 'waiting-children', ':lock'])(
    'starts a job again of whose flow Redis has lost what is %s',
    async (part) => {
      const release = workers.hold('train');
      const job = await create();
      await workers.reached('train');
      const client = new Redis(redis.url);
      const keys = await client.keys(`*${part}`);
      expect(await client.del(...keys)).toBeGreaterThan(0);
      client.disconnect();
      release();
      expect(await end(job.id)).toBe('succeeded');
    },
  );
});
