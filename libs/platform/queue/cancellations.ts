// A cancel reaches every process: a flag for jobs that start later, a message for those that run
// now.

import type { Redis } from 'ioredis';

/** Longer than any job waits, in s. */
const FLAG_TTL = 14 * 24 * 3600;

const flagKey = (prefix: string, jobId: string): string => `${prefix}:cancelled:${jobId}`;
const channel = (prefix: string): string => `${prefix}:cancel`;

export async function requestCancel(redis: Redis, prefix: string, jobId: string): Promise<void> {
  await redis.set(flagKey(prefix, jobId), '1', 'EX', FLAG_TTL);
  await redis.publish(channel(prefix), jobId);
}

export async function isCancelled(redis: Redis, prefix: string, jobId: string): Promise<boolean> {
  return (await redis.exists(flagKey(prefix, jobId))) === 1;
}

/**
 * Calls `onCancel` for each cancel from now on.
 * @param onGap called when messages may have been missed: look at the flags again.
 */
export function watchCancels(
  subscriber: Redis,
  prefix: string,
  onCancel: (jobId: string) => void,
  onGap: () => void,
): void {
  subscriber.on('message', (_channel, jobId) => onCancel(jobId));
  subscriber.on('ready', onGap);
  subscriber.subscribe(channel(prefix)).catch(() => {
    // The connection was closed before Redis was ever reached.
  });
}
