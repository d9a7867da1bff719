// The augmentation worker's settings: what every service understands, inference for what a model
// says by itself, and the endpoint of the `openai` teacher.

import { z } from 'zod';
import { generateTimeout, inferenceClientEnv } from '#platform/config/grpc-env.js';
import { apiKey, platformEnv, wholeNumber } from '#platform/config/platform-env.js';
import { queueEnv } from '#platform/config/queue-env.js';

const hour = 3600 * 1000;

export const envSchema = z.object({
  ...platformEnv,
  ...queueEnv,
  ...inferenceClientEnv,
  NEIGHBOURS_CONCURRENCY: wholeNumber(1, 1000)
    .default(8)
    .describe('Neighbours that inference answers at a time: what it batches.'),
  GENERATE_TIMEOUT_MS: generateTimeout(300_000),
  TEACHER_URL: z
    .url()
    .optional()
    .describe(
      'Base URL of the OpenAI-compatible API of the `openai` teacher, such as https://host/v1.',
    ),
  TEACHER_KEY: apiKey.default('none').describe("The teacher's API key."),
  TEACHER_MODEL: z.string().min(1).optional().describe("The teacher's model."),
  TEACHER_CONCURRENCY: wholeNumber(1, 1000)
    .default(8)
    .describe('Requests to the teacher under way at a time.'),
  TEACHER_TIMEOUT_MS: wholeNumber(100, hour)
    .default(60_000)
    .describe('Longest time for one request to the teacher, in ms.'),
  TEACHER_RETRIES: wholeNumber(0, 20)
    .default(5)
    .describe('Tries after the first one, per request.'),
});
export type Env = Readonly<z.infer<typeof envSchema>>;
export const ENV = Symbol('env');
