// The environment that the `lethe` command and its supervisor read; the only place here that does.

import { join, resolve } from 'node:path';
import { z } from 'zod';
import { projectRoot } from './layout.js';

export const clientEnvSchema = z.object({
  LETHE_HOME: z.string().min(1).optional().meta({
    default: '`.lethe` of the project',
    description: 'Data folder of `lethe up`: state, keys, logs, database, artifacts.',
  }),
  LETHE_URL: z
    .url()
    .optional()
    .describe('Gateway that the command talks to; by default the one of the data folder.'),
  LETHE_API_KEY: z
    .string()
    .min(1)
    .optional()
    .describe('API key of a tenant; by default the one that was kept in the data folder.'),
  ADMIN_KEY: z
    .string()
    .min(16, 'must have at least 16 characters')
    .optional()
    .describe("The operator's key; `lethe up` makes one where none is given."),
  REDIS_URL: z
    .string()
    .min(1)
    .optional()
    .describe('A running Redis to use; by default `lethe up` starts its own.'),
  MODEL_DIRS: z
    .string()
    .optional()
    .describe("Folders of base models beside the project's own, separated by colons."),
  PORT: z.coerce
    .number()
    .int()
    .min(1)
    .max(65535)
    .optional()
    .meta({ default: '`8787`', description: 'Port of the HTTP API.' }),
  SHUTDOWN_MS: z.coerce
    .number()
    .int()
    .min(100)
    .max(600_000)
    .default(10_000)
    .describe('How long a service may take to stop, in ms.'),
});

export interface ClientEnv {
  /**
   * Absolute path of the data folder; by default the project's own, wherever the command is typed.
   */
  readonly home: string;
  readonly url?: string;
  readonly apiKey?: string;
  readonly adminKey?: string;
  readonly redisUrl?: string;
  readonly modelDirs: readonly string[];
  readonly port?: number;
  /** Time a service has to stop in, in ms. */
  readonly shutdownMs: number;
  /** Everything else, handed on to the services as it is. */
  readonly inherited: Readonly<Record<string, string | undefined>>;
}

/** @throws z.ZodError naming the variable that does not fit. */
export function clientEnv(source: Record<string, string | undefined> = process.env): ClientEnv {
  const filled = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''));
  const env = clientEnvSchema.parse(filled);
  return Object.freeze({
    home: env.LETHE_HOME ? resolve(env.LETHE_HOME) : join(projectRoot, '.lethe'),
    url: env.LETHE_URL,
    apiKey: env.LETHE_API_KEY,
    adminKey: env.ADMIN_KEY,
    redisUrl: env.REDIS_URL,
    modelDirs: (env.MODEL_DIRS ?? '')
      .split(':')
      .filter(Boolean)
      .map((dir) => resolve(dir)),
    port: env.PORT,
    shutdownMs: env.SHUTDOWN_MS,
    inherited: source,
  });
}
