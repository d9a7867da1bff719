import { describe, expect, test } from 'vitest';
import type { JobName, Payload } from '#contracts/jobs.js';
import { type Gate, gate } from '#testing/gate.js';
import { openQueues, samplePayloads, type TestQueues } from '#testing/queue.js';
import { useRedis } from '#testing/redis.js';
import type { JobHandler } from './job-context.js';
import { Turns } from './turns.js';

const redis = useRedis();
const open = () => openQueues(redis.url, redis.prefix());
const { publish, augment, evaluate, shard } = samplePayloads;

/** A handler that notes whose job it is, until there have been so many. */
function noting(count: number): { order: string[]; done: Gate<void>; note(owner: string): void } {
  const order: string[] = [];
  const done = gate<void>();
  const note = (owner: string): void => {
    order.push(owner);
    if (order.length === count) done.resolve();
  };
  return { order, done, note };
}

const one = { concurrency: { augment: 1, publish: 1, 'evaluate-shard': 1 } } as const;

async function add(queues: TestQueues, tenantId: string, count: number): Promise<void> {
  for (let i = 0; i < count; i += 1)
    await queues.producer.add('publish', { ...publish(), tenantId }, { id: `${tenantId}-${i}` });
}

describe('turns', () => {
  test('are taken by tenants, one job of each, however many one has', async () => {
    const queues = open();
    await add(queues, 'a', 30);
    await add(queues, 'b', 3);
    await add(queues, 'c', 2);
    const { order, done, note } = noting(35);
    queues
      .workers(one)
      .register('publish', { handle: async ({ tenantId }) => note(tenantId) })
      .start();
    await done.promise;
    expect(order.slice(0, 10).join('')).toBe('abcabcabaa');
  });

  test('of a newcomer come next, and of those who wait no later than they would have', async () => {
    const queues = open();
    const reached = gate<void>();
    const release = gate<void>();
    const { order, done, note } = noting(23);
    queues
      .workers(one)
      .register('publish', {
        async handle({ tenantId }) {
          note(tenantId);
          if (order.length === 10) reached.resolve();
          if (order.length === 10) await release.promise;
        },
      })
      .start();
    await add(queues, 'a', 20);
    await reached.promise;
    await add(queues, 'b', 3);
    release.resolve();
    await done.promise;
    expect(order.slice(10, 17).join('')).toBe('abababa');
  });

  test('are taken stage by stage: behind the jobs of others that wait there', async () => {
    const queues = open();
    const { order, done, note } = noting(13);
    const flow = (tenantId: string, i: number) =>
      queues.producer.addFlow({
        name: 'publish',
        id: `${tenantId}-${i}-publish`,
        payload: { ...publish(), tenantId },
        children: [
          { name: 'augment', id: `${tenantId}-${i}`, payload: { ...augment(), tenantId } },
        ],
      });
    for (let i = 0; i < 10; i += 1) await flow('a', i);
    for (let i = 0; i < 3; i += 1) await flow('b', i);
    const before = noting(13);
    queues
      .workers(one)
      .register('augment', { handle: async ({ tenantId }) => before.note(tenantId) })
      .start();
    await before.done.promise;
    expect(before.order.slice(0, 7).join('')).toBe('abababa');
    // All of the second stage wait when its worker comes.
    await expect.poll(() => queues.producer.counts('publish')).toMatchObject({ prioritized: 13 });
    queues
      .workers(one)
      .register('publish', { handle: async ({ tenantId }) => note(tenantId) })
      .start();
    await done.promise;
    expect(order.slice(0, 7).join('')).toBe('abababa');
  });

  test('are taken between the shards of evaluations', async () => {
    const queues = open();
    const { order, done, note } = noting(22);
    const fanned = (count: number): JobHandler<'evaluate'> => ({
      async handle({ tenantId }, context) {
        const shards: Payload<'evaluate-shard'>[] = Array.from({ length: count }, (_, from) => ({
          ...shard('job', from, count),
          tenantId,
        }));
        await context.fanOut('evaluate-shard', shards);
      },
    });
    const large = queues.workers().register('evaluate', fanned(20));
    large.start();
    await queues.producer.add('evaluate', { ...evaluate(), tenantId: 'a' }, { id: 'large' });
    const waiting = () => queues.producer.counts('evaluate-shard');
    await expect.poll(waiting).toMatchObject({ prioritized: 20 });
    await large.stop(1000);
    queues.workers().register('evaluate', fanned(2)).start();
    await queues.producer.add('evaluate', { ...evaluate(), tenantId: 'b' }, { id: 'small' });
    await expect.poll(waiting).toMatchObject({ prioritized: 22 });
    queues
      .workers(one)
      .register('evaluate-shard', { handle: async ({ tenantId }) => note(tenantId) })
      .start();
    await done.promise;
    expect(order.slice(0, 5).join('')).toBe('ababa');
  });

  test('are had once: a job that comes back goes first', async () => {
    const queues = open();
    const reached = gate<void>();
    const release = gate<void>();
    const { order, done, note } = noting(12);
    const first = queues.workers(one).register('publish', {
      async handle({ tenantId }, { signal }) {
        note(`${tenantId}!`);
        reached.resolve();
        await Promise.race([
          release.promise,
          new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
        ]);
      },
    });
    await add(queues, 'a', 5);
    first.start();
    await reached.promise;
    await add(queues, 'b', 6);
    await first.stop(5000);
    queues
      .workers(one)
      .register('publish', { handle: async ({ tenantId }) => note(tenantId) })
      .start();
    await done.promise;
    expect(order.slice(0, 6)).toEqual(['a!', 'a', 'a', 'b', 'a', 'b']);
  });

  test('begin anew when nobody waits, and end in the order of arrival', async () => {
    const queues = open();
    const turns = new Turns(queues.connections.patient(), queues.prefix);
    const queue: JobName = 'publish';
    expect(await turns.take(queue, 'a', 3)).toEqual([1, 2, 3]);
    expect(await turns.take(queue, 'a')).toEqual([1]);
    await add(queues, 'a', 2);
    expect(await turns.take(queue, 'a', 2)).toEqual([3, 4]);
    expect(await turns.take(queue, 'b')).toEqual([1]);
    expect((await turns.take(queue, 'b', 2 ** 21)).slice(-2)).toEqual([2 ** 21 - 1, 2 ** 21 - 1]);
    expect(await turns.take(queue, 'b')).toEqual([2 ** 21 - 1]);
  });
});
