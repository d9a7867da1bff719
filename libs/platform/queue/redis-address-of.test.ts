import { expect, test } from 'vitest';
import { z } from 'zod';
import { loadEnv } from '../config/load-env.js';
import { queueEnv } from '../config/queue-env.js';
import { redisAddressOf } from './redis-address-of.js';

const address = (source: NodeJS.ProcessEnv) => redisAddressOf(loadEnv(z.object(queueEnv), source));

test('Redis is one server, unless Sentinels or a Cluster are named', () => {
  expect(address({ REDIS_URL: 'redis://queues:6380/1' })).toMatchObject({
    url: 'redis://queues:6380/1',
    isCluster: false,
  });
  expect(
    address({
      REDIS_URL: 'redis://:secret@main',
      REDIS_SENTINELS: 'a:26379, b',
      REDIS_SENTINEL_PASSWORD: 'other',
    }),
  ).toMatchObject({ sentinels: ['a:26379', 'b'], sentinelPassword: 'other' });
  expect(address({ REDIS_CLUSTER: 'true', QUEUE_PREFIX: '{lethe}' })).toMatchObject({
    isCluster: true,
  });
});

test.each<[NodeJS.ProcessEnv, string]>([
  [{ REDIS_SENTINELS: 'a:b' }, 'REDIS_SENTINELS="a:b": expected host:port of each, separated by'],
  [{ REDIS_SENTINELS: 'a,,b' }, 'REDIS_SENTINELS="a,,b": expected host:port of each'],
  [{ REDIS_CLUSTER: 'yes please' }, 'REDIS_CLUSTER="yes please"'],
  [
    { REDIS_CLUSTER: 'true' },
    'QUEUE_PREFIX="lethe": a Cluster keeps together what has the same word in braces; expected {lethe}',
  ],
  [
    { REDIS_CLUSTER: 'true', QUEUE_PREFIX: '{q}', REDIS_SENTINELS: 'a' },
    'REDIS_SENTINELS: a Cluster has none',
  ],
  [
    { REDIS_CLUSTER: 'true', QUEUE_PREFIX: '{q}', REDIS_URL: 'redis://:secret@a/1' },
    'REDIS_URL=(hidden): a Cluster has no numbered databases',
  ],
])('what does not fit is told by name: %j', (source, message) => {
  expect(() => address(source)).toThrow(message);
});
