// The job that waits for another.

import type { Job, Queue } from 'bullmq';

export type QueueOf = (name: string) => Queue;

/** @returns undefined where none waits. */
export async function parentOf({ parent }: Job, queueOf: QueueOf): Promise<Job | undefined> {
  if (!parent?.id) return undefined;
  const queue = queueOf(parent.queueKey.slice(parent.queueKey.lastIndexOf(':') + 1));
  return queue.getJob(parent.id);
}
