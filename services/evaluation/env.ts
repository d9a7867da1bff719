// The evaluation worker's settings: what every service understands, and its own.
import { z } from 'zod';
import { apiKey, platformEnv, wholeNumber } from '#platform/config/platform-env.js';

const day = 24 * 3600 * 1000;

export const envSchema = z.object({
  ...platformEnv,
  INFERENCE_URL: z.string().min(1).default('127.0.0.1:50051'),
  /** Prompts of one shard under way at a time: what inference batches. */
  SHARD_CONCURRENCY: wholeNumber(1, 1000).default(8),
  /** Longest time for one completion, in ms. */
  GENERATE_TIMEOUT_MS: wholeNumber(100, day).default(300_000),
  /** Folders of the `nli` judge's models; both or neither. */
  JUDGE_NLI_DIR: z.string().min(1).optional(),
  JUDGE_EMBEDDER_DIR: z.string().min(1).optional(),
  /** OpenAI-compatible endpoint of the `llm` judge. */
  JUDGE_LLM_URL: z.url().optional(),
  JUDGE_LLM_KEY: apiKey.default('none'),
  JUDGE_LLM_MODEL: z.string().min(1).optional(),
  JUDGE_LLM_CONCURRENCY: wholeNumber(1, 1000).default(8),
  JUDGE_LLM_TIMEOUT_MS: wholeNumber(100, day).default(60_000),
  JUDGE_LLM_RETRIES: wholeNumber(0, 20).default(4),
});
export type Env = Readonly<z.infer<typeof envSchema>>;
export const ENV = Symbol('env');
