// Variables of the services that take or add jobs.

import { z } from 'zod';
import { url, wholeNumber } from './platform-env.js';

export const queueEnv = {
  REDIS_URL: url(/^rediss?:/, 'a URL like redis://host:6379')
    .default('redis://127.0.0.1:6379')
    .describe('The Redis that carries the queues.'),
  LOCK_MS: wholeNumber(1000, 600_000)
    .default(10_000)
    .describe('How long the jobs of a worker that does not answer stay with it, in ms.'),
  QUEUE_PREFIX: z
    .string()
    .regex(/^[\w-]+$/, 'expected letters, digits, "_" or "-"')
    .default('lethe')
    .describe('What the names of all keys in Redis begin with: letters, digits, "_" or "-".'),
};

const schema = z.object(queueEnv);
export type QueueEnv = Readonly<z.infer<typeof schema>>;
