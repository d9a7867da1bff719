// What ends a job before its handler does: a cancel, or the end of its worker.

import { describe, expect, test } from 'vitest';
import { gate } from '#testing/gate.js';
import { openQueues, samplePayloads } from '#testing/queue.js';
import { useRedis } from '#testing/redis.js';
import { CANCELLED } from '../errors/cancelled.error.js';
import type { JobContext } from './job-context.js';
import type { QueueWorkers } from './queue-workers.js';

const redis = useRedis();
const open = () => openQueues(redis.url, redis.prefix());
const { publish, augment } = samplePayloads;

/** Rejects with the reason once the signal is aborted. */
const aborted = (signal: AbortSignal) =>
  new Promise<never>((_, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
  );

describe('cancel', () => {
  test('reaches a running job in another process-wide worker, and one that waits, and is not retried', async () => {
    const queues = open();
    const running = gate();
    let tries = 0;
    const failed = queues.event(['augment'], ({ event }) => event === 'failed');
    const rootFailed = queues.event(['publish'], ({ event }) => event === 'failed');
    const handle = async (_: unknown, { signal }: JobContext) => {
      tries++;
      running.resolve();
      await aborted(signal);
    };
    queues
      .workers()
      .register('augment', { handle })
      .register('publish', { handle: async () => {} })
      .start();
    const other = openQueues(redis.url, queues.prefix);
    await other.producer.addFlow({
      name: 'publish',
      id: 'c-publish',
      payload: publish('c'),
      children: [{ name: 'augment', id: 'c-augment', payload: augment('c') }],
    });
    await running.promise;
    await other.producer.cancel('c');
    await other.producer.cancel('c');
    expect((await failed).failedReason).toBe(CANCELLED);
    await rootFailed;
    expect(tries).toBe(1);
  });

  test('ends a job whose handler does not heed it, and makes its worker leave', async () => {
    const queues = open();
    const running = gate();
    const left = gate();
    const failed = queues.event(['publish'], ({ event }) => event === 'failed');
    queues
      .workers({ graceMs: 50, onDeaf: () => left.resolve() })
      .register('publish', {
        async handle() {
          running.resolve();
          await new Promise(() => {});
        },
      })
      .start();
    await queues.producer.add('publish', publish('deaf'));
    await running.promise;
    await queues.producer.cancel('deaf');
    expect((await failed).failedReason).toBe(CANCELLED);
    await left.promise;
  });

  test('of a job that has not started keeps it from starting', async () => {
    const queues = open();
    let started = false;
    const failed = queues.event(['publish'], ({ event }) => event === 'failed');
    await queues.producer.add('publish', publish('c2'));
    await queues.producer.cancel('c2');
    queues
      .workers()
      .register('publish', { handle: async () => void (started = true) })
      .start();
    expect((await failed).failedReason).toBe(CANCELLED);
    expect(started).toBe(false);
  });
});

describe('stop', () => {
  test('gives a running job back with its attempt, so that another worker goes on at once', async () => {
    const queues = open();
    const running = gate();
    const attempts: number[] = [];
    const leaving = queues.workers().register('augment', {
      async handle(_, { attempt, signal }) {
        attempts.push(attempt);
        running.resolve();
        await aborted(signal);
      },
    });
    leaving.start();
    await queues.producer.add('augment', augment());
    await running.promise;
    const done = queues.event(['augment'], ({ event }) => event === 'completed');
    await leaving.stop(5000);
    queues
      .workers()
      .register('augment', { handle: async (_, { attempt }) => void attempts.push(attempt) })
      .start();
    await done;
    expect(attempts).toEqual([1, 1]);
  });

  test('does not wait for a job that does not stop', async () => {
    const queues = open();
    const running = gate();
    const end = gate();
    const workers = queues.workers().register('augment', {
      async handle() {
        running.resolve();
        await end.promise;
      },
    });
    workers.start();
    await queues.producer.add('augment', augment());
    await running.promise;
    const started = performance.now();
    await workers.stop(100);
    expect(performance.now() - started).toBeLessThan(1500);
    end.resolve();
  });
});

describe('check', () => {
  const told = (workers: QueueWorkers): Promise<string> =>
    workers.check().then(
      () => 'ok',
      (error: Error) => error.message,
    );

  test('passes while jobs are taken of every queue', async () => {
    const queues = open();
    const running = gate();
    const workers = queues
      .workers({ graceMs: 50 })
      .register('augment', { handle: async () => {} })
      .register('publish', {
        async handle() {
          running.resolve();
          await new Promise(() => {});
        },
      });
    expect(await told(workers)).toContain('connections to Redis are away');
    workers.start();
    await expect.poll(() => told(workers)).toBe('ok');
    await queues.producer.add('publish', publish('c'), { id: 'c' });
    await running.promise;
    expect(await told(workers)).toBe('ok');
    // It does not heed its cancel: no more are taken.
    await queues.producer.cancel('c');
    await expect.poll(() => told(workers)).toBe('no jobs are taken of augment, publish');
    await workers.stop(50);
    expect(await told(workers)).toBe('no more jobs are taken');
  });
});
