// A service as a process: it starts, answers, works, survives Redis going away, and stops on
// SIGTERM without losing work.

import { describe, expect, onTestFinished, test } from 'vitest';
import { startNode } from '#testing/node-process.js';
import { openQueues, samplePayloads } from '#testing/queue.js';
import { canStartRedis, startRedisServer, useRedis } from '#testing/redis.js';
import { testStoreEnv, useTempFolder } from '#testing/temp-store.js';

const redis = useRedis();
const folder = useTempFolder();
const script = new URL('./testing/service.js', import.meta.url);

/** Addresses of what the service is for, and of its health checks. */
interface Started {
  readonly url: string;
  readonly health: string;
}

async function start(env: Record<string, string>) {
  const service = startNode(script, [], { ...testStoreEnv(folder.path), ...env });
  const { url, health } = JSON.parse(await service.line(/"msg":"started"/)) as Started;
  return {
    ...service,
    get: (path: string) => fetch(health + path),
    ask: (path: string) => fetch(url + path),
  };
}

describe('bootstrapService', () => {
  test('answers health and metrics, logs with ids, and gives its job back on SIGTERM', async () => {
    const queues = openQueues(redis.url, redis.prefix());
    const service = await start({ REDIS_URL: redis.url, QUEUE_PREFIX: queues.prefix });
    expect(await (await service.get('/healthz')).json()).toEqual({ status: 'ok' });
    expect(await (await service.get('/readyz')).json()).toEqual({
      status: 'ok',
      checks: { redis: 'ok', jobs: 'ok' },
    });
    for (const path of ['/healthz', '/readyz', '/metrics'])
      expect((await service.ask(path)).status).toBe(404);
    expect((await service.get('/endless')).status).toBe(404);
    const metrics = await (await service.get('/metrics')).text();
    expect(metrics).toContain('lethe_job_seconds');
    expect(metrics).toContain(
      'lethe_http_seconds_count{service="sample",method="GET",route="none",status="404"} 3',
    );
    await queues.producer.add('publish', samplePayloads.publish('j9'), { id: 'p' });
    expect(JSON.parse(await service.line(/"msg":"working"/))).toMatchObject({
      service: 'sample',
      jobId: 'j9',
      tenantId: 'tenant',
      trace_id: 'trace',
      attempt: 1,
    });
    expect(await service.kill('SIGTERM')).toBe(0);
    expect(await queues.producer.state('publish', 'p')).toMatchObject({ state: 'waiting' });
  });

  test.skipIf(!canStartRedis)(
    'is not ready without Redis, ready again with it, and stops at once in between',
    async () => {
      const server = await startRedisServer();
      const service = await start({ REDIS_URL: server.url, SHUTDOWN_MS: '30000' });
      await server.kill();
      const away = await service.get('/readyz');
      expect(away.status).toBe(503);
      expect(await away.json()).toMatchObject({
        checks: {
          redis: 'the job queue (Redis) is not reachable',
          jobs: 'no jobs are taken: connections to Redis are away',
        },
      });
      const back = await startRedisServer({ port: server.port, dir: server.dir });
      onTestFinished(() => back.kill());
      await expect
        .poll(async () => (await service.get('/readyz')).status, { timeout: 10_000 })
        .toBe(200);
      await back.kill();
      const told = performance.now();
      expect(await service.kill('SIGTERM')).toBe(0);
      expect(performance.now() - told).toBeLessThan(5000);
    },
  );

  test('stops within its deadline though a request never ends', async () => {
    const service = await start({ REDIS_URL: redis.url, SHUTDOWN_MS: '1000' });
    const cut = expect(service.ask('/endless')).rejects.toThrow();
    await service.line(/^asked/);
    expect(await service.kill('SIGTERM')).toBe(0);
    await cut;
  });

  test('says in its log why it cannot start, and ends with 1', async () => {
    const service = startNode(script, [], {
      ...testStoreEnv(folder.path),
      REDIS_URL: redis.url,
      HOST: '203.0.113.1',
    });
    expect(JSON.parse(await service.line(/cannot start/))).toMatchObject({
      level: 'fatal',
      msg: expect.stringContaining('EADDRNOTAVAIL'),
    });
    expect(await service.exited).toBe(1);
  });
});
