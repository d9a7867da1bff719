// How many jobs each queue has, by state, and how long its oldest has waited: of all queues in one
// round trip.

import type { Redis } from 'ioredis';
import { zip } from '#collections/zip.js';
import { catalog, type JobName } from '#contracts/jobs.js';
import { READY_AT } from './ready-since.js';

export const queueStates = ['waiting', 'prioritized', 'active', 'delayed', 'failed'] as const;

export interface QueueFigures {
  readonly queue: JobName;
  /** In the order of `queueStates`. */
  readonly jobs: readonly number[];
  /** 0 where none waits. */
  readonly oldestSeconds: number;
}

/** The longest wait is looked for among so many that are next. */
const LOOKED_AT = 100;

/** A job that comes back has waited since its last try began, at most. */
const script = `
  local function since(key)
    local latest = 0
    for _, time in ipairs(redis.call('HMGET', key, 'timestamp', 'processedOn', ARGV[2])) do
      latest = math.max(latest, tonumber(time or 0) or 0)
    end
    return latest
  end
  local figures = {}
  for i, queue in ipairs(KEYS) do
    local oldest = tonumber(ARGV[1])
    local next = {
      redis.call('LRANGE', queue .. ':wait', -ARGV[3], -1),
      redis.call('ZRANGE', queue .. ':prioritized', 0, ARGV[3] - 1)
    }
    for _, ids in ipairs(next) do
      for _, id in ipairs(ids) do oldest = math.min(oldest, since(queue .. ':' .. id)) end
    end
    figures[i] = {
      redis.call('LLEN', queue .. ':wait'),
      redis.call('ZCARD', queue .. ':prioritized'),
      redis.call('LLEN', queue .. ':active'),
      redis.call('ZCARD', queue .. ':delayed'),
      redis.call('ZCARD', queue .. ':failed'),
      ARGV[1] - oldest
    }
  end
  return figures`;

const names = Object.keys(catalog) as JobName[];

export async function readFigures(redis: Redis, prefix: string): Promise<QueueFigures[]> {
  const keys = names.map((name) => `${prefix}:${name}`);
  const asked = [Date.now(), READY_AT, LOOKED_AT];
  const figures = (await redis.eval(script, keys.length, ...keys, ...asked)) as number[][];
  return zip(names, figures).map(([queue, all]) => ({
    queue,
    jobs: all.slice(0, queueStates.length),
    oldestSeconds: (all.at(-1) ?? 0) / 1000,
  }));
}
