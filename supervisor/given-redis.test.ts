// Checks of how the operator's Redis is read.

import { expect, test } from 'vitest';
import { givenRedis } from './given-redis.js';

test.each([
  ['true', true],
  ['yes', true],
  ['1', true],
  ['false', false],
  [undefined, false],
])('is a Cluster by REDIS_CLUSTER=%s: %s', (REDIS_CLUSTER, isCluster) => {
  expect(givenRedis('redis://a', { REDIS_CLUSTER })).toMatchObject({ url: 'redis://a', isCluster });
});

test('has the Sentinels that are named', () => {
  const variables = { REDIS_SENTINELS: 'a, b:1', REDIS_SENTINEL_PASSWORD: 'secret' };
  expect(givenRedis('redis://main', variables)).toMatchObject({
    sentinels: ['a', 'b:1'],
    sentinelPassword: 'secret',
  });
});
