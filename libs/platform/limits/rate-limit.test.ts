import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { silent } from '#testing/queue.js';
import { freePort, useRedis } from '#testing/redis.js';
import { RedisConnections } from '../queue/redis-connections.js';
import { type Rate, RateLimit } from './rate-limit.js';

const redis = useRedis();
const prefix = redis.prefix();
let connections: RedisConnections;
/** Of two processes. */
let first: RateLimit;
let second: RateLimit;

beforeAll(async () => {
  connections = new RedisConnections({ url: redis.url }, silent);
  await connections.patient().ping();
  const open = async (): Promise<RateLimit> => {
    const connection = connections.failFast(250);
    await new Promise((resolve) => connection.once('ready', resolve));
    return new RateLimit(connection, prefix);
  };
  [first, second] = [await open(), await open()];
});
afterAll(() => connections.close());

const end = ({ resetMs }: Rate): number => Date.now() + resetMs;

describe('a rate', () => {
  test('lets the last of its limit through and not the next, at whichever process', async () => {
    const owner = randomUUID();
    expect(await first.read(owner, 3)).toEqual({ limit: 3, remaining: 3, resetMs: 0 });
    for (const [limit, remaining] of [
      [first, 2],
      [second, 1],
      [first, 0],
    ] as const)
      expect(await limit.take(owner, 1, 3)).toMatchObject({ refused: false, rate: { remaining } });
    const { refused, rate } = await second.take(owner, 1, 3);
    expect({ refused, remaining: rate.remaining }).toEqual({ refused: true, remaining: 0 });
    expect(rate.resetMs).toBeGreaterThan(0);
    expect(rate.resetMs).toBeLessThanOrEqual(60_000);
    expect((await second.take(randomUUID(), 1, 3)).refused).toBe(false);
  });

  test('takes all of an amount or nothing, and of a limit of 0 nothing', async () => {
    const owner = randomUUID();
    await first.take(owner, 60, 100);
    expect(await first.take(owner, 41, 100)).toMatchObject({
      refused: true,
      rate: { remaining: 40 },
    });
    expect(await second.take(owner, 40, 100)).toMatchObject({
      refused: false,
      rate: { remaining: 0 },
    });
    expect((await first.take(randomUUID(), 1, 0)).refused).toBe(true);
  });

  test('lets exactly as many through as come at once', async () => {
    const owner = randomUUID();
    const taken = await Promise.all(
      Array.from({ length: 50 }, (_, i) => [first, second][i % 2]!.take(owner, 1, 20)),
    );
    expect(taken.filter(({ refused }) => !refused)).toHaveLength(20);
  });

  test('is adjusted to what was used, beyond the limit too, until its minute is over', async () => {
    const owner = randomUUID();
    const { rate } = await first.take(owner, 50, 100);
    await second.adjust(owner, -45, 100, end(rate));
    expect(await first.read(owner, 100)).toMatchObject({ remaining: 95 });
    await first.adjust(owner, 200, 100, end(rate));
    expect(await second.read(owner, 100)).toMatchObject({ remaining: 0 });
    await first.adjust(owner, -200, 100, Date.now());
    expect(await second.read(owner, 100)).toMatchObject({ remaining: 0 });
  });

  test('follows a limit that is changed within the minute', async () => {
    const owner = randomUUID();
    await first.take(owner, 2, 2);
    expect((await first.take(owner, 1, 2)).refused).toBe(true);
    expect((await first.take(owner, 1, 3)).refused).toBe(false);
  });

  test('keeps owners and numbers alone in Redis, for a minute', async () => {
    const owner = randomUUID();
    await first.take(owner, 5, 10);
    const looking = connections.patient();
    expect(await looking.get(`${prefix}:${owner}`)).toBe('5');
    expect(await looking.pttl(`${prefix}:${owner}`)).toBeGreaterThan(0);
  });
});

describe('without Redis', () => {
  test('each process counts for itself', async () => {
    const nowhere = new RedisConnections({ url: `redis://127.0.0.1:${await freePort()}` }, silent);
    const [one, other] = [0, 1].map(() => new RateLimit(nowhere.failFast(250), prefix));
    const owner = randomUUID();
    expect((await one!.take(owner, 2, 2)).refused).toBe(false);
    expect((await one!.take(owner, 1, 2)).refused).toBe(true);
    expect(await one!.read(owner, 2)).toMatchObject({ remaining: 0 });
    expect((await other!.take(owner, 2, 2)).refused).toBe(false);
    nowhere.close();
  });

  test('that answers nobody nothing waits for it', async () => {
    const owner = randomUUID();
    const pausing = connections.patient();
    await pausing.client('PAUSE', 2_000);
    const thawed = pausing.ping().then(() => 'thawed');
    const work = async (): Promise<string> => {
      const { rate } = await first.take(owner, 1, 2);
      await first.adjust(owner, 1, 2, end(rate));
      expect((await first.take(owner, 1, 2)).refused).toBe(true);
      await first.read(owner, 2);
      return 'done';
    };
    expect(await Promise.race([work(), thawed])).toBe('done');
    await thawed;
  });
});
