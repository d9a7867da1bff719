import { expect, test } from 'vitest';
import type { Offers } from '#contracts/offers.js';
import { openQueues } from '#testing/queue.js';
import { useRedis } from '#testing/redis.js';
import { MissingSettingError } from '../errors/missing-setting.error.js';
import { openable, publishOffers } from './offers.js';

const redis = useRedis();
const open = () => openQueues(redis.url, redis.prefix());

test('what workers offer is known once they have started, and of whom none has is not', async () => {
  const queues = open();
  const start = (offers: Offers) =>
    queues
      .workers()
      .register('train', { offers, handle: async () => {} })
      .register('publish', { handle: async () => {} })
      .start();
  expect(await queues.producer.offered('judge')).toEqual([]);
  start({ judge: ['lexical'], precision: ['float32'] });
  start({ judge: ['llm', 'lexical'] });
  await expect.poll(() => queues.producer.offered('judge')).toEqual(['lexical', 'llm']);
  await expect.poll(() => queues.producer.offered('precision')).toEqual(['float32']);
  expect(await queues.producer.offered('teacher')).toEqual([]);
});

test('an offer says what stands behind its name, once that has been read', async () => {
  const queues = open();
  const offers = Promise.resolve({ judge: ['lexical', { name: 'llm', model: 'abc' }] } as const);
  queues
    .workers()
    .register('publish', { offers, handle: async () => {} })
    .start();
  await expect
    .poll(async () => [...(await queues.producer.offers('judge'))])
    .toEqual([
      ['lexical', null],
      ['llm', 'abc'],
    ]);
});

test('an offer that nobody repeats is forgotten', async () => {
  const { connections, prefix } = open();
  const reader = connections.patient();
  await publishOffers(reader, prefix, { teacher: ['rules'] });
  const [key] = await reader.keys(`${prefix}:offer:*`);
  expect(await reader.ttl(key!)).toBeGreaterThan(60);
  expect(await reader.ttl(key!)).toBeLessThanOrEqual(300);
});

test('what can be opened is what has its settings', () => {
  const needing = (missing: string) => (name: string) => {
    if (name === missing) throw new MissingSettingError('a setting is missing');
  };
  expect(openable(['a', 'b'], needing('b'))).toEqual(['a']);
  expect(() => openable(['a'], () => expect.fail('broken'))).toThrow('broken');
});
