// A cancel reaches every process: a flag for jobs that start later, a message for those that run
// now.

import type { Redis } from 'ioredis';

/** Longer than any job waits, in s. */
const FLAG_TTL = 14 * 24 * 3600;
/** Longer than a child takes from leaving its queue to looking at the flag, in s. */
const CHILDREN_TTL = 60;

const flagKey = (prefix: string, name: string): string => `${prefix}:cancelled:${name}`;
const channel = (prefix: string): string => `${prefix}:cancel`;

/** What a cancel of a job's children names. @param parentId of the job in its queue. */
export const childrenOf = (parentId: string): string => `children of ${parentId}`;

export async function requestCancel(redis: Redis, prefix: string, jobId: string): Promise<void> {
  await tell(redis, prefix, jobId, FLAG_TTL);
}

/** Of children that have begun; those that wait are taken out of their queue. */
export async function cancelChildren(
  redis: Redis,
  prefix: string,
  parentId: string,
): Promise<void> {
  await tell(redis, prefix, childrenOf(parentId), CHILDREN_TTL);
}

async function tell(redis: Redis, prefix: string, name: string, ttl: number): Promise<void> {
  await redis.set(flagKey(prefix, name), '1', 'EX', ttl);
  await redis.publish(channel(prefix), name);
}

/** @param names by which a cancel may name one job. */
export async function isCancelled(
  redis: Redis,
  prefix: string,
  names: readonly string[],
): Promise<boolean> {
  return (await redis.exists(...names.map((name) => flagKey(prefix, name)))) > 0;
}

/**
 * Calls `onCancel` for each cancel from now on.
 * @param onGap called when messages may have been missed: look at the flags again.
 */
export function watchCancels(
  subscriber: Redis,
  prefix: string,
  onCancel: (name: string) => void,
  onGap: () => void,
): void {
  subscriber.on('message', (_channel, name) => onCancel(name));
  subscriber.on('ready', onGap);
  subscriber.subscribe(channel(prefix)).catch(() => {
    // The connection was closed before Redis was ever reached.
  });
}
