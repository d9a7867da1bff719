// How much of something each owner may take per minute, by however many processes: counted in Redis
// in windows of a minute that begin with the first of it. While Redis is away each process counts for
// itself.

import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';

/** In s. */
const window = 60;
/** What is given back in a window's last second, in ms, could arrive in the next one. */
const margin = 1000;

export interface Rate {
  readonly limit: number;
  readonly remaining: number;
  /** Until the window ends, in ms; 0 where none has begun. */
  readonly resetMs: number;
}

export interface Taken {
  readonly rate: Rate;
  /** Nothing was taken: it would have been more than the limit. */
  readonly refused: boolean;
}

export class RateLimit {
  /** By limit: owners differ in theirs. */
  private readonly limiters = new Map<number, RateLimiterRedis>();

  /** @param name of what is counted, as Redis keeps it. */
  constructor(
    private readonly redis: Redis,
    private readonly name: string,
  ) {}

  /** Takes nothing. */
  async read(owner: string, limit: number): Promise<Rate> {
    const counted = await this.limiterOf(limit).get(owner);
    return rateOf(limit, counted?.consumedPoints ?? 0, counted?.msBeforeNext ?? 0);
  }

  /** All of it or nothing. */
  async take(owner: string, amount: number, limit: number): Promise<Taken> {
    try {
      const { consumedPoints, msBeforeNext } = await this.limiterOf(limit).consume(owner, amount);
      return { rate: rateOf(limit, consumedPoints, msBeforeNext), refused: false };
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      const { consumedPoints, msBeforeNext } = refusal;
      // It was counted all the same.
      await this.adjust(owner, -amount, limit, Date.now() + msBeforeNext);
      return { rate: rateOf(limit, consumedPoints - amount, msBeforeNext), refused: true };
    }
  }

  /**
   * Counts more or, below 0, less than was taken, whatever the limit.
   * @param end of the window in which it was taken, in ms since 1970: one that is over is forgotten.
   */
  async adjust(owner: string, amount: number, limit: number, end: number): Promise<void> {
    if (amount === 0 || Date.now() > end - margin) return;
    const limiter = this.limiterOf(limit);
    await (amount > 0 ? limiter.penalty(owner, amount) : limiter.reward(owner, -amount));
  }

  private limiterOf(points: number): RateLimiterRedis {
    const known = this.limiters.get(points);
    if (known) return known;
    const limiter = new RateLimiterRedis({
      storeClient: this.redis,
      keyPrefix: this.name,
      points,
      duration: window,
      rejectIfRedisNotReady: true,
      insuranceLimiter: new RateLimiterMemory({ points, duration: window }),
    });
    this.limiters.set(points, limiter);
    return limiter;
  }
}

const rateOf = (limit: number, consumed: number, resetMs: number): Rate => ({
  limit,
  remaining: Math.min(limit, Math.max(0, limit - consumed)),
  resetMs: Math.max(0, resetMs),
});
