// Redis as a group of servers, real ones: jobs go on when the master dies or stands still.

import { describe, expect, onTestFinished, test } from 'vitest';
import { first } from '#collections/items.js';
import { openQueues, samplePayloads, type TestQueues } from '#testing/queue.js';
import { type RedisGroup, startCluster, startSentinelGroup } from '#testing/redis-groups.js';
import { canStartRedis } from '#testing/redis.js';

const { publish } = samplePayloads;
const PREFIX = '{failover}';
const LONG = 60_000;

const groups = [
  ['a master that Sentinels watch', startSentinelGroup],
  ['a Cluster', () => startCluster(PREFIX)],
] as const;

describe.skipIf(!canStartRedis).each(groups)('%s', (_, start) => {
  const opened = async (): Promise<RedisGroup & { queues: TestQueues }> => {
    const group = await start();
    onTestFinished(() => group.stop());
    return { ...group, queues: openQueues(group.address, PREFIX) };
  };

  test('takes and gives jobs, in turns, and cancels them', { timeout: LONG }, async () => {
    const { queues } = await opened();
    const handled = handling(queues);
    await add(queues, 'a');
    await expect.poll(() => handled, { timeout: 10_000 }).toEqual(['a']);
    await queues.producer.check();
    await queues.producer.cancel('b');
    expect((await queues.producer.figures()).length).toBeGreaterThan(0);
  });

  test.each(['SIGKILL', 'SIGSTOP'] as const)(
    'goes on where the master is gone by %s',
    { timeout: LONG },
    async (signal) => {
      const { queues, servers } = await opened();
      const handled = handling(queues);
      await add(queues, 'before');
      await expect.poll(() => handled, { timeout: 10_000 }).toEqual(['before']);
      process.kill(first(servers).pid, signal);
      // Refused at first, each within its time; then there is another master.
      await expect
        .poll(() => add(queues, 'after').then(() => 'added', String), { timeout: 30_000 })
        .toBe('added');
      await expect.poll(() => handled, { timeout: 30_000 }).toContain('after');
      expect(handled.filter((one) => one === 'after')).toEqual(['after']);
    },
  );
});

function handling(queues: TestQueues): string[] {
  const handled: string[] = [];
  queues
    .workers()
    .register('publish', { handle: async ({ jobId }) => void handled.push(jobId) })
    .start();
  return handled;
}

const add = (queues: TestQueues, id: string): Promise<unknown> =>
  queues.producer.add('publish', publish(id), { id });
