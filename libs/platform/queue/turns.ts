// Turns between tenants in a queue, by start-time fair queueing (Goyal, Vin and Cheng, 1996): each
// job gets a number, and the lowest goes next. A tenant's jobs have ascending numbers; whoever comes
// anew begins with the number that is next. So the jobs of tenants that wait go round by round, one
// of each, and the first of a newcomer is next or nearly so, however many another has queued.
//
// The number is the job's priority in its queue. A job that has had its turn loses it, and goes
// before all others when it comes back: after a failure, a shutdown, or its children.

import type { Job } from 'bullmq';
import type { Redis } from 'ioredis';
import type { JobName } from '#contracts/jobs.js';

/** Largest priority. Beyond it jobs go in the order they came, until the queue was empty once. */
const last = 2 ** 21 - 1;
/** In s, since the last number was given: as long as any job waits. */
const lifetime = 14 * 24 * 3600;

/**
 * The next number is the lowest that waits: a prioritized job's score is its priority times 2^32 and
 * more. Where none waits, nobody is ahead of anybody, and numbers begin anew.
 */
const script = `
  local head = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
  if #head == 0 then redis.call('DEL', KEYS[2]) end
  local now = #head == 0 and 1 or math.floor(head[2] / 2^32)
  local taken = tonumber(redis.call('HGET', KEYS[2], ARGV[1]) or 0)
  local first = math.max(now, taken + 1)
  redis.call('HSET', KEYS[2], ARGV[1], first + ARGV[2] - 1)
  redis.call('EXPIRE', KEYS[2], ARGV[3])
  return first`;

export class Turns {
  constructor(
    private readonly redis: Redis,
    private readonly prefix: string,
  ) {}

  /** @returns the priorities of a tenant's next jobs in a queue, in their order. */
  async take(queue: JobName, tenantId: string, count = 1): Promise<number[]> {
    const keys = [`${this.prefix}:${queue}:prioritized`, `${this.prefix}:turns:${queue}`];
    const first = (await this.redis.eval(script, 2, ...keys, tenantId, count, lifetime)) as number;
    return Array.from({ length: count }, (_, i) => Math.min(first + i, last));
  }
}

/** Called when a job starts. */
export async function haveTurn(job: Job): Promise<void> {
  if (job.priority > 0) await job.changePriority({ priority: 0 });
}
