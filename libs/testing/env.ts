// What tests and benchmarks take from their environment.

import { z } from 'zod';
import { loadEnv } from '#platform/config/load-env.js';

export const testEnvSchema = z.object({
  REDIS_URL: z
    .string()
    .optional()
    .describe('A running Redis for tests; by default each test file starts its own.'),
  LETHE_DATA: z.string().min(1).optional().meta({
    default: '`../shared/data` beside the checkout',
    description:
      'Folder with the data of tests and benchmarks, a folder per data set; what it lacks is skipped by tests, with a message, and fetched by benchmarks.',
  }),
  TEST_EMBEDDER_DIR: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Folder of all-MiniLM-L6-v2, for a test of the judge `embedding` on TOFU; skipped without it, with a message.',
    ),
  DOCKER_HOST: z.string().min(1).optional().meta({
    default: '`/var/run/docker.sock`',
    description:
      'A Docker daemon: tests run Redis, PostgreSQL and the S3 server in containers where one answers.',
  }),
  RECORD: z
    .stringbool()
    .default(false)
    .describe('Whether tests write the requests of other clients anew.')
    .meta({ expected: 'true or false' }),
  TEST_DATABASE_URL: z
    .string()
    .optional()
    .describe(
      'A PostgreSQL in which tests may create databases of their own; by default they start a server.',
    ),
  KUBECONFIG: z
    .string()
    .min(1)
    .optional()
    .describe('A cluster for `make test-cluster`, which is skipped without it, with a message.'),
  KUBECTL: z.string().min(1).default('kubectl').describe('The kubectl of `make test-cluster`.'),
  HELM: z.string().min(1).default('helm').describe('The helm of `make test-cluster`.'),
});
export const testEnv = loadEnv(
  testEnvSchema.extend({
    /** Where PostgreSQL's programs are looked for. */
    PATH: z.string().default(''),
  }),
);
