// Whether a process answers: HTTP /readyz for services, PING for Redis.

import { openRedis } from '#redis/open-redis.js';
import type { RedisAddress } from '#redis/redis-address.js';

/** True where GET url is answered with a 2xx within two seconds. */
export async function answersHttp(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

/** True where Redis takes commands: a server that still loads its append-only file does not. */
export async function answersRedis(address: RedisAddress): Promise<boolean> {
  const redis = openRedis(address, {
    lazyConnect: true,
    retryStrategy: () => null,
    enableReadyCheck: false,
    connectTimeout: 2000,
    commandTimeout: 2000,
  });
  redis.on('error', () => {});
  try {
    await redis.connect();
    return (await redis.ping()) === 'PONG';
  } catch {
    return false;
  } finally {
    redis.disconnect();
  }
}
