// Variables that every service understands; a service's env.ts adds its own. What a variable means
// is said once, in its description: docs/reference/settings.md is made of them.

import { z } from 'zod';
import { location } from '../artifacts/blobs/location.js';
import { keysEnv } from '../artifacts/keys/keys-env.js';
import { tracingEnv } from './tracing-env.js';

export const url = (protocols: RegExp, expected: string) =>
  z
    .string()
    .refine((value) => URL.canParse(value) && protocols.test(value), `expected ${expected}`)
    .meta({ expected });

export function wholeNumber(min: number, max: number) {
  const expected = `a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d+$/, `expected ${expected}`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `expected ${expected}`)
    .meta({ expected });
}

export const flag = () => z.stringbool().meta({ expected: 'true or false' });

/** Fits in an Authorization header: the error of one that does not quotes it. */
export const apiKey = z
  .string()
  .trim()
  .regex(/^[!-~]+$/, 'expected printable ASCII characters without spaces')
  .meta({ expected: 'printable ASCII characters without spaces' });

export const platformEnv = {
  ARTIFACTS: location()
    .default('.lethe/artifacts')
    .describe(
      'Where the artifacts are, which all services share: a folder, or a folder of a bucket of S3, which holds nothing else.',
    ),
  ...keysEnv,
  KEYS: location()
    .default('.lethe/keys')
    .describe(
      'Where the keys are that the artifacts are sealed with, as with `ARTIFACTS`. Never in one backup with what they seal.',
    ),
  S3_ENDPOINT: url(/^https?:/, 'a URL like https://host:9000')
    .optional()
    .meta({
      default: "Amazon's",
      description: 'The S3 server that has the buckets of `ARTIFACTS` and `KEYS`.',
    }),
  S3_REGION: z.string().optional().meta({
    default: "where Amazon's tools find it",
    description: 'The region of those buckets.',
  }),
  S3_PATH_STYLE: flag().optional().meta({
    default: '`true` with `S3_ENDPOINT`',
    description: 'Whether a bucket stands in the path of its URL, not in the name of its host.',
  }),
  MODEL_DIRS: z
    .string()
    .transform((value) => value.split(':').filter((dir) => dir !== ''))
    .default(['models'])
    .describe('Folders that hold base models, separated by colons.'),
  HTTP_PORT: wholeNumber(0, 65535)
    .default(0)
    .describe('Port of health checks and metrics, which serves nothing else. 0: any free port.'),
  HOST: z.string().default('127.0.0.1').describe('Address that the service listens on.'),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .describe('The least severe log lines that are written.'),
  SHUTDOWN_MS: wholeNumber(100, 3_600_000)
    .default(15_000)
    .describe('How long the service may take to stop after SIGTERM, in ms.'),
  ...tracingEnv,
};

export const platformEnvSchema = z.object(platformEnv);
export type PlatformEnv = Readonly<z.infer<typeof platformEnvSchema>>;
