// What happens to jobs when processes and Redis die, with real ones.

import { rmSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startNode } from '#testing/node-process.js';
import { openQueues, samplePayloads } from '#testing/queue.js';
import { canStartRedis, startRedisServer, useRedis } from '#testing/redis.js';
import { QueueUnavailableError } from '../errors/queue-unavailable.error.js';

const redis = useRedis();
const { augment, publish } = samplePayloads;
const script = new URL('../testing/sleepy-worker.js', import.meta.url);

/** The default of LOCK_MS, and one that spares the tests the wait. */
const [USUAL, SHORT] = ['10000', '1500'];

describe('a worker process', () => {
  test('that is killed leaves its job to another within 20 s', async () => {
    const queues = openQueues(redis.url, redis.prefix());
    await queues.producer.add('augment', augment(), { id: 'a' });
    const first = startNode(script, [redis.url, queues.prefix, 'hang', USUAL]);
    await first.line(/active 1/);
    await first.kill('SIGKILL');
    const killed = performance.now();
    const second = startNode(script, [redis.url, queues.prefix, 'hang', USUAL]);
    await second.line(/active 1/);
    expect(performance.now() - killed).toBeLessThan(20_000);
  });

  test('may be killed again and again with no try of the job consumed', async () => {
    const queues = openQueues(redis.url, redis.prefix());
    await queues.producer.add('augment', augment(), { id: 'a' });
    for (let kills = 0; kills < 3; kills++) {
      const worker = startNode(script, [redis.url, queues.prefix, 'hang', SHORT]);
      await worker.line(/active 1/);
      await worker.kill('SIGKILL');
    }
    const done = queues.event(['augment'], ({ event }) => event === 'completed');
    startNode(script, [redis.url, queues.prefix, 'finish', SHORT]);
    expect((await done).result).toEqual({ attempt: 1 });
  });

  test('that is told to stop hands its job over at once and ends well', async () => {
    const queues = openQueues(redis.url, redis.prefix());
    await queues.producer.add('augment', augment(), { id: 'a' });
    const first = startNode(script, [redis.url, queues.prefix, 'hang', USUAL]);
    await first.line(/active 1/);
    const second = startNode(script, [redis.url, queues.prefix, 'finish', USUAL]);
    const told = performance.now();
    expect(await first.kill('SIGTERM')).toBe(0);
    await second.line(/active 1/);
    expect(performance.now() - told).toBeLessThan(5000);
  });
});

describe.skipIf(!canStartRedis)('Redis', () => {
  test('that is away makes producers fail fast, and all goes on when it is back', async () => {
    const server = await startRedisServer();
    onTestFinished(() => rmSync(server.dir, { recursive: true, force: true }));
    const queues = openQueues(server.url, 'away');
    await queues.producer.add('publish', publish('before'), { id: 'before' });
    const handled: string[] = [];
    const last = queues.event(
      ['publish'],
      ({ event, id }) => event === 'completed' && id === 'after',
    );
    await server.kill('SIGKILL');

    queues
      .workers()
      .register('publish', { handle: async ({ jobId }) => void handled.push(jobId) })
      .start();
    const started = performance.now();
    await expect(queues.producer.check()).rejects.toThrow(QueueUnavailableError);
    await expect(queues.producer.add('publish', publish('lost'), { id: 'lost' })).rejects.toThrow(
      QueueUnavailableError,
    );
    await expect(queues.producer.state('publish', 'before')).rejects.toThrow(QueueUnavailableError);
    expect(performance.now() - started).toBeLessThan(7000);

    const back = await startRedisServer({ port: server.port, dir: server.dir });
    onTestFinished(() => back.kill());
    await queues.producer.add('publish', publish('after'), { id: 'after' });
    await last;
    expect(handled).toEqual(['before', 'after']);
  });

  test('that was never there is no reason not to start', async () => {
    const server = await startRedisServer();
    await server.kill();
    const queues = openQueues(server.url, 'never');
    const done = queues.event(['publish'], ({ event }) => event === 'completed');
    queues
      .workers()
      .register('publish', { handle: async () => {} })
      .start();
    await expect(queues.producer.add('publish', publish())).rejects.toThrow(QueueUnavailableError);
    const back = await startRedisServer({ port: server.port, dir: server.dir });
    onTestFinished(async () => {
      await back.kill();
      rmSync(server.dir, { recursive: true, force: true });
    });
    await queues.producer.add('publish', publish());
    await done;
  });
});
