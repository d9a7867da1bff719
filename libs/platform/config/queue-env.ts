// Variables of the services that take or add jobs.

import { z } from 'zod';
import { hostPort, sentinelsIn } from '#redis/redis-address.js';
import { flag, url, wholeNumber } from './platform-env.js';

const hosts = 'host:port of each, separated by commas';

export const queueEnv = {
  REDIS_URL: url(/^rediss?:/, 'a URL like redis://host:6379')
    .default('redis://127.0.0.1:6379')
    .describe(
      'The Redis that carries the queues. With `REDIS_SENTINELS` its host is the name of the master, with `REDIS_CLUSTER` any node.',
    ),
  REDIS_SENTINELS: z
    .string()
    .transform(sentinelsIn)
    .refine((all) => all.every((one) => hostPort(one)), `expected ${hosts}`)
    .optional()
    .meta({ expected: hosts, description: 'The Sentinels that know the master of `REDIS_URL`.' }),
  REDIS_SENTINEL_PASSWORD: z
    .string()
    .min(1)
    .optional()
    .describe('What the Sentinels ask for; by default nothing. Redis has its own in `REDIS_URL`.'),
  REDIS_CLUSTER: flag()
    .default(false)
    .describe('Whether Redis is a Cluster: then `QUEUE_PREFIX` is in braces.'),
  LOCK_MS: wholeNumber(1000, 600_000)
    .default(10_000)
    .describe('How long the jobs of a worker that does not answer stay with it, in ms.'),
  QUEUE_PREFIX: z
    .string()
    .regex(/^[\w-]+$|^\{[\w-]+\}$/, 'expected letters, digits, "_" or "-", which may be in braces')
    .default('lethe')
    .describe(
      'What the names of all keys in Redis begin with: letters, digits, "_" or "-", in braces for a Cluster.',
    ),
};

const schema = z.object(queueEnv);
export type QueueEnv = Readonly<z.infer<typeof schema>>;
