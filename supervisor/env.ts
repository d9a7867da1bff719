// The environment that the `lethe` command and its supervisor read; the only place here that does.
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { projectRoot } from './layout.js';

const schema = z.object({
  LETHE_HOME: z.string().min(1).optional(),
  LETHE_URL: z.url().optional(),
  LETHE_API_KEY: z.string().min(1).optional(),
  ADMIN_KEY: z.string().min(16, 'must have at least 16 characters').optional(),
  REDIS_URL: z.string().min(1).optional(),
  MODEL_DIRS: z.string().optional(),
  PORT: z.coerce.number().int().min(1).max(65535).optional(),
  SHUTDOWN_MS: z.coerce.number().int().min(100).max(600_000).default(10_000),
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
  const env = schema.parse(filled);
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
