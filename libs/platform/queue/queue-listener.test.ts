import { expect, test } from 'vitest';
import { gate } from '#testing/gate.js';
import { openQueues, samplePayloads } from '#testing/queue.js';
import { useRedis } from '#testing/redis.js';
import type { JobEvent } from './queue-listener.js';

const redis = useRedis();
const open = () => openQueues(redis.url, redis.prefix());
const { publish } = samplePayloads;

test('a listener goes on after the cursor it is given', async () => {
  const queues = open();
  const first: JobEvent[] = [];
  queues
    .workers()
    .register('publish', { handle: async () => {} })
    .start();
  const firstDone = gate();
  const listener = queues.listen({
    names: ['publish'],
    handle: async (event) => {
      first.push(event);
      if (event.event === 'completed') firstDone.resolve();
    },
  });
  await queues.producer.add('publish', publish(), { id: 'one' });
  await firstDone.promise;
  await listener.close();
  const cursor = first.at(-1)!.eventId;
  await queues.producer.add('publish', publish(), { id: 'two' });
  const seen: JobEvent[] = [];
  const secondDone = gate();
  queues.listen({
    names: ['publish'],
    cursors: { publish: cursor },
    handle: async (event) => {
      seen.push(event);
      if (event.event === 'completed') secondDone.resolve();
    },
  });
  await secondDone.promise;
  expect(new Set(seen.map(({ id }) => id))).toEqual(new Set(['two']));
});
