// What tests take from their environment.
import { z } from 'zod';
import { loadEnv } from '#platform/config/load-env.js';

/** TEST_DATABASE_URL: of a PostgreSQL in which tests may create databases of their own. */
export const testEnv = loadEnv(
  z.object({
    PATH: z.string().default(''),
    REDIS_URL: z.string().optional(),
    TEST_DATABASE_URL: z.string().optional(),
  }),
);
