// The augmentation worker's settings: what every service understands, and the endpoint of the
// `openai` teacher.
import { z } from 'zod';
import { apiKey, platformEnv, wholeNumber } from '#platform/config/platform-env.js';

const hour = 3600 * 1000;

export const envSchema = z.object({
  ...platformEnv,
  /** Base URL of an OpenAI-compatible API, such as https://host/v1. */
  TEACHER_URL: z.url().optional(),
  TEACHER_KEY: apiKey.default('none'),
  TEACHER_MODEL: z.string().min(1).optional(),
  /** Requests under way at a time. */
  TEACHER_CONCURRENCY: wholeNumber(1, 1000).default(8),
  /** Longest time for one request, in ms. */
  TEACHER_TIMEOUT_MS: wholeNumber(100, hour).default(60_000),
  /** Tries after the first one. */
  TEACHER_RETRIES: wholeNumber(0, 20).default(5),
});
export type Env = Readonly<z.infer<typeof envSchema>>;
export const ENV = Symbol('env');
