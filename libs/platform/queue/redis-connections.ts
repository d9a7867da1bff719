// All connections to Redis that a process holds, and what each kind does while Redis is away.

import type { Redis, RedisOptions } from 'ioredis';
import { openRedis } from '#redis/open-redis.js';
import type { RedisAddress } from '#redis/redis-address.js';
import type { Logger } from '../log/logger.js';

/** Reconnects for ever, after 50 ms first and at most 1 s later. */
const retryStrategy = (times: number): number => Math.min(50 * 2 ** Math.min(times, 5), 1000);

export class RedisConnections {
  private readonly open = new Set<Redis>();
  private readonly down = new Set<Redis>();

  constructor(
    private readonly address: RedisAddress,
    private readonly log: Logger,
  ) {}

  /**
   * For callers that someone waits for: commands fail at once while Redis is away, and none is sent
   * again when it is back.
   * @param commandTimeout longest wait for a Redis that is there and does not answer, in ms.
   */
  failFast(commandTimeout?: number): Redis {
    return this.connect({
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      connectTimeout: 1500,
      ...(commandTimeout === undefined ? {} : { commandTimeout }),
    });
  }

  /** For workers and subscribers: commands wait until Redis is back. */
  patient(): Redis {
    return this.connect({ maxRetriesPerRequest: null });
  }

  /**
   * For the queues' workers: each makes one more connection of this one, and waits for jobs on it.
   * @returns also whether all of them are there.
   */
  forWorkers(): { redis: Redis; areLive: () => boolean } {
    const redis = this.patient();
    const all = [redis];
    const duplicate = redis.duplicate.bind(redis);
    redis.duplicate = (...options) => {
      const copy = duplicate(...options);
      all.push(copy);
      return copy;
    };
    return { redis, areLive: () => all.every(({ status }) => status === 'ready') };
  }

  /** Ends every connection without waiting for replies. */
  close(): void {
    for (const redis of this.open) redis.disconnect();
    this.open.clear();
  }

  private connect(options: RedisOptions): Redis {
    const redis = openRedis(this.address, { ...options, retryStrategy });
    this.open.add(redis);
    this.watch(redis);
    return redis;
  }

  /**
   * One line when Redis goes away and one when it is back: not one for every try, nor for every
   * connection.
   */
  private watch(redis: Redis): void {
    redis.on('error', (err) => {
      if (this.down.size === 0) this.log.warn({ err }, 'Redis is not reachable');
      this.down.add(redis);
    });
    redis.on('ready', () => {
      if (this.down.delete(redis) && this.down.size === 0) this.log.info('Redis is back');
    });
    redis.on('end', () => {
      this.open.delete(redis);
      this.down.delete(redis);
    });
  }
}
