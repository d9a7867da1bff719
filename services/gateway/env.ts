// The gateway's settings: what every service understands, and its own.
import { z } from 'zod';
import { platformEnv, wholeNumber } from '#platform/config/platform-env.js';

const whole = (min: number, max: number, fallback: number) =>
  wholeNumber(min, max).default(fallback);
const day = 24 * 3600 * 1000;

export const envSchema = z.object({
  ...platformEnv,
  PORT: whole(0, 65_535, 8787),
  /** Folder of the embedded database, where DATABASE_URL names no PostgreSQL. */
  DATA_DIR: z.string().min(1).default('.lethe'),
  DATABASE_URL: z.string().optional(),
  /** Without it nobody can administer tenants over HTTP. */
  ADMIN_KEY: z.string().min(16, 'expected 16 characters or more').optional(),
  INFERENCE_URL: z.string().min(1).default('127.0.0.1:50051'),
  MAX_UPLOAD_BYTES: whole(1, 1024 ** 3, 64 * 1024 ** 2),
  /** Longest time for one completion, and for listing models, in ms. */
  GENERATE_TIMEOUT_MS: whole(100, day, 600_000),
  LIST_TIMEOUT_MS: whole(100, day, 5_000),
  /**
   * How often jobs in flight are compared with the queues, in ms: what no event told is found then.
   */
  RECONCILE_MS: whole(50, day, 5_000),
});
export type Env = Readonly<z.infer<typeof envSchema>>;
export const ENV = Symbol('env');
