// Where the settings say that Redis is.

import type { RedisAddress } from '#redis/redis-address.js';
import type { QueueEnv } from '../config/queue-env.js';
import { EnvError } from '../errors/env.error.js';

/** @throws EnvError where settings do not go together. */
export function redisAddressOf(env: QueueEnv): RedisAddress {
  const problems = env.REDIS_CLUSTER ? clusterProblems(env) : [];
  if (problems.length > 0) throw new EnvError(problems);
  return {
    url: env.REDIS_URL,
    sentinels: env.REDIS_SENTINELS,
    sentinelPassword: env.REDIS_SENTINEL_PASSWORD,
    isCluster: env.REDIS_CLUSTER,
  };
}

function clusterProblems({ REDIS_URL, REDIS_SENTINELS, QUEUE_PREFIX }: QueueEnv): string[] {
  const problems: string[] = [];
  if (REDIS_SENTINELS) problems.push('REDIS_SENTINELS: a Cluster has none; leave one of them out');
  if (!QUEUE_PREFIX.startsWith('{'))
    problems.push(
      `QUEUE_PREFIX=${JSON.stringify(QUEUE_PREFIX)}: a Cluster keeps together what has the same word in braces; expected {${QUEUE_PREFIX}}`,
    );
  if (new URL(REDIS_URL).pathname.length > 1)
    problems.push('REDIS_URL=(hidden): a Cluster has no numbered databases; leave out the path');
  return problems;
}
