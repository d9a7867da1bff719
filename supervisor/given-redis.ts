// The operator's Redis, as the services that inherit the environment will read it.

import { z } from 'zod';
import { type RedisAddress, sentinelsIn } from '#redis/redis-address.js';

/** What is no word for yes or no is refused by the services, by name. */
const flag = z.stringbool().catch(false);

export const givenRedis = (
  url: string,
  variables: Readonly<Record<string, string | undefined>>,
): RedisAddress => ({
  url,
  sentinels: variables.REDIS_SENTINELS ? sentinelsIn(variables.REDIS_SENTINELS) : undefined,
  sentinelPassword: variables.REDIS_SENTINEL_PASSWORD,
  isCluster: flag.parse(variables.REDIS_CLUSTER),
});
