// The gateway's settings: what every service understands, and its own.

import { z } from 'zod';
import { generateTimeout, inferenceClientEnv, pem } from '#platform/config/grpc-env.js';
import { platformEnv, wholeNumber } from '#platform/config/platform-env.js';
import { queueEnv } from '#platform/config/queue-env.js';

const day = 24 * 3600 * 1000;

const quota = (usual: number, what: string) =>
  wholeNumber(0, Number.MAX_SAFE_INTEGER)
    .default(usual)
    .describe(`${what}, unless it has a quota of its own.`);

export const envSchema = z.object({
  ...platformEnv,
  ...queueEnv,
  ...inferenceClientEnv,
  PORT: wholeNumber(0, 65_535).default(8787).describe('Port of the HTTP API. 0: any free port.'),
  DATA_DIR: z
    .string()
    .min(1)
    .default('.lethe')
    .describe('Folder of the embedded database, where `DATABASE_URL` names no PostgreSQL.'),
  DATABASE_URL: z
    .string()
    .optional()
    .describe('A PostgreSQL to use instead of the embedded database; several gateways need one.'),
  MIGRATIONS: z
    .enum(['run', 'await'])
    .default('run')
    .describe(
      "Whether a gateway that starts brings PostgreSQL's schema to its release's, or waits until `migrate` has. The embedded database is always brought to it.",
    ),
  MIGRATE_TIMEOUT_MS: wholeNumber(100, day)
    .default(60_000)
    .describe(
      'How long `migrate`, and a gateway that starts, wait for a PostgreSQL that is away or locked, or whose schema is behind, in ms. Then they end with status 1.',
    ),
  ADMIN_KEY: z
    .string()
    .min(16, 'expected 16 characters or more')
    .optional()
    .describe("The operator's key; without it nobody can administer tenants over HTTP."),
  RECEIPT_SIGNING_KEY: pem().describe(
    'Private Ed25519 key that signs receipts, which its owner alone may read; `lethe keys create --signing` makes one.',
  ),
  MAX_UPLOAD_BYTES: wholeNumber(1, 1024 ** 3)
    .default(64 * 1024 ** 2)
    .describe('Largest file that may be uploaded, in bytes.'),
  MAX_BODY_BYTES: wholeNumber(64 * 1024, 56 * 1024 ** 2)
    .default(32 * 1024 ** 2)
    .describe(
      'Largest JSON body, in bytes. Pictures in data URLs are part of it, a third larger than they are.',
    ),
  MAX_IMAGES: wholeNumber(0, 128).default(16).describe('Pictures that one request may show.'),
  MAX_IMAGE_BYTES: wholeNumber(1, 20 * 1024 ** 2)
    .default(10 * 1024 ** 2)
    .describe('Largest picture, in a request or uploaded, in bytes.'),
  MAX_IMAGES_BYTES: wholeNumber(1, 40 * 1024 ** 2)
    .default(20 * 1024 ** 2)
    .describe('Bytes of all pictures of one request.'),
  GENERATE_TIMEOUT_MS: generateTimeout(600_000),
  LIST_TIMEOUT_MS: wholeNumber(100, day)
    .default(5_000)
    .describe('Longest time for asking the inference service for its models, in ms.'),
  RECONCILE_MS: wholeNumber(50, day)
    .default(5_000)
    .describe(
      'How often jobs in flight are compared with the queues, in ms: what no event told is found then.',
    ),
  CELLS_AT_ONCE: wholeNumber(1, 10_000)
    .default(32)
    .describe(
      'Cells of one evaluation run in the queue at a time, of half as many models; the others wait in the database. Sixteen for each replica of inference keep all of them busy.',
    ),
  MAX_STREAMS: wholeNumber(1, 100_000)
    .default(64)
    .describe('Streams of job events that one tenant may follow at a time, per gateway.'),
  MAX_CONNECTIONS: wholeNumber(1, 1_000_000)
    .default(10_000)
    .describe('Connections of clients at a time; more are closed at once.'),
  BODY_MS: wholeNumber(1000, day)
    .default(60_000)
    .describe('Longest time for the body of a request, in ms; uploads have `UPLOAD_MS`.'),
  UPLOAD_MS: wholeNumber(1000, day)
    .default(3_600_000)
    .describe('Longest time for one upload, in ms: then what came of it may be erased.'),
  SWEEP_MS: wholeNumber(50, day)
    .default(600_000)
    .describe('How often bytes that nobody needs are looked for, in ms.'),
  QUOTA_REQUESTS_PER_MINUTE: quota(10_000, 'Requests to /v1 that a tenant may send per minute'),
  QUOTA_TOKENS_PER_MINUTE: quota(10_000_000, "Tokens of a tenant's prompts and answers per minute"),
  QUOTA_RUNNING_JOBS: quota(100, 'Jobs and evaluation runs of a tenant at work; more wait'),
  QUOTA_WAITING_JOBS: quota(
    1_000,
    'Jobs and evaluation runs of a tenant that wait; more are refused',
  ),
  QUOTA_STORED_BYTES: quota(100e9, "Bytes of a tenant's files, models and results"),
  QUOTA_MODELS: quota(1_000, "A tenant's tuned models, and jobs that are to make one"),
  LEASE_MS: wholeNumber(100, day)
    .default(5_000)
    .describe(
      'How long the gateway that settles jobs may be silent before another takes its place, in ms.',
    ),
});
/** Of `migrate`. */
export const migrateEnvSchema = envSchema
  .pick({ LOG_LEVEL: true, DATABASE_URL: true, MIGRATE_TIMEOUT_MS: true })
  .required({ DATABASE_URL: true });

export type Env = Readonly<z.infer<typeof envSchema>>;
export const ENV = Symbol('env');
