// Variables that every service understands; a service's env.ts adds its own.
import { z } from 'zod';

const url = (protocols: RegExp, expected: string) =>
  z
    .string()
    .refine((value) => URL.canParse(value) && protocols.test(value), `expected ${expected}`);

export const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, `expected a whole number from ${min} to ${max}`)
    .transform(Number)
    .refine(
      (value) => value >= min && value <= max,
      `expected a whole number from ${min} to ${max}`,
    );

/** Fits in an Authorization header: the error of one that does not quotes it. */
export const apiKey = z
  .string()
  .trim()
  .regex(/^[!-~]+$/, 'expected printable ASCII characters without spaces');

export const platformEnv = {
  REDIS_URL: url(/^rediss?:/, 'a URL like redis://host:6379').default('redis://127.0.0.1:6379'),
  ARTIFACTS_DIR: z.string().default('.lethe/artifacts'),
  /** Folders that hold base models, separated by colons. */
  MODEL_DIRS: z
    .string()
    .default('models')
    .transform((value) => value.split(':').filter((dir) => dir !== '')),
  /** 0: any free port. */
  HTTP_PORT: wholeNumber(0, 65535).default(0),
  HOST: z.string().default('127.0.0.1'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  /** How long a service may take to stop after SIGTERM, in ms. */
  SHUTDOWN_MS: wholeNumber(100, 3_600_000).default(15_000),
  /** How long the jobs of a worker that does not answer stay with it, in ms. */
  LOCK_MS: wholeNumber(1000, 600_000).default(10_000),
  QUEUE_PREFIX: z
    .string()
    .regex(/^[\w-]+$/, 'expected letters, digits, "_" or "-"')
    .default('lethe'),
};

export const platformEnvSchema = z.object(platformEnv);
export type PlatformEnv = Readonly<z.infer<typeof platformEnvSchema>>;
