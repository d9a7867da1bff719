// Calls to a Redis that is away end in time, and leave nothing behind.

import { Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { QueueUnavailableError } from '../errors/queue-unavailable.error.js';
import { failFast } from './fail-fast.js';

test('calls that waited for Redis in vain wait no longer', async () => {
  const redis = new Redis({ port: 1, maxRetriesPerRequest: null });
  redis.on('error', () => {});
  const warnings: Error[] = [];
  const warned = (warning: Error): void => void warnings.push(warning);
  process.on('warning', warned);
  onTestFinished(() => {
    process.off('warning', warned);
    redis.disconnect();
  });
  const before = redis.listenerCount('ready');
  const calls = Array.from({ length: 20 }, () => failFast(redis, () => Promise.resolve('done')));
  for (const { reason } of (await Promise.allSettled(calls)) as PromiseRejectedResult[])
    expect(reason).toBeInstanceOf(QueueUnavailableError);
  expect([redis.listenerCount('ready'), warnings]).toEqual([before, []]);
});
