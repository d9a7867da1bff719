// The evaluation worker's settings: what every service understands, and its own.

import { z } from 'zod';
import { generateTimeout, inferenceClientEnv } from '#platform/config/grpc-env.js';
import { apiKey, platformEnv, wholeNumber } from '#platform/config/platform-env.js';
import { queueEnv } from '#platform/config/queue-env.js';

const day = 24 * 3600 * 1000;

/** What a judge needs. */
export const judgeEnv = {
  JUDGE_NLI_DIR: z
    .string()
    .min(1)
    .optional()
    .describe(
      "Folder of the `nli` judge's classifier; that judge needs `JUDGE_EMBEDDER_DIR` as well.",
    ),
  JUDGE_EMBEDDER_DIR: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Folder of the sentence embedder of the judges `embedding` and `nli`, and of `llm` where it is set.',
    ),
  JUDGE_LLM_URL: z
    .url()
    .optional()
    .describe('Base URL of the OpenAI-compatible API of the `llm` judge.'),
  JUDGE_LLM_KEY: apiKey.default('none').describe("The judge's API key."),
  JUDGE_LLM_MODEL: z.string().min(1).optional().describe("The judge's model."),
  JUDGE_LLM_CONCURRENCY: wholeNumber(1, 1000)
    .default(8)
    .describe('Requests to the judge under way at a time.'),
  JUDGE_LLM_TIMEOUT_MS: wholeNumber(100, day)
    .default(60_000)
    .describe('Longest time for one request to the judge, in ms.'),
  JUDGE_LLM_RETRIES: wholeNumber(0, 20)
    .default(4)
    .describe('Tries after the first one, per request.'),
};
export type JudgeEnv = Readonly<z.infer<z.ZodObject<typeof judgeEnv>>>;

export const envSchema = z.object({
  ...platformEnv,
  ...queueEnv,
  ...inferenceClientEnv,
  SHARD_CONCURRENCY: wholeNumber(1, 1000)
    .default(8)
    .describe('Prompts of one shard under way at a time: what inference batches.'),
  GENERATE_TIMEOUT_MS: generateTimeout(300_000),
  ...judgeEnv,
});
export type Env = Readonly<z.infer<typeof envSchema>>;
export const ENV = Symbol('env');
