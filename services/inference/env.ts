// The inference service's settings: what every service understands, and its own.
import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { platformEnv, wholeNumber } from '#platform/config/platform-env.js';
import { devices } from '#runtime/compute.js';

export const envSchema = z.object({
  ...platformEnv,
  /** Where graphs run; a service whose device is not to be had does not start. */
  DEVICE: z.enum(devices).default('cpu'),
  /**
   * Keep matrices that a checkpoint stores in 16 bits so: half the memory, slower, the same
   * answers.
   */
  HALF_WEIGHTS: z.stringbool().default(false),
  /** 0: any free one. */
  GRPC_PORT: wholeNumber(0, 65535).default(50051),
  /** Threads of one model's runs. */
  THREADS: wholeNumber(1, 1024).default(availableParallelism()),
  /** Sequences of one model that run at once. */
  MAX_BATCH: wholeNumber(1, 1024).default(8),
  /** Tokens of a prompt and its answer together; a model's own limit may be lower. */
  MAX_CONTEXT: wholeNumber(16, 1_000_000).default(2048),
  /** Base models in memory at once. */
  MAX_MODELS: wholeNumber(1, 1000).default(2),
  /** Adapters in memory at once, for each base model. */
  MAX_ADAPTERS: wholeNumber(1, 100_000).default(32),
  /** Calls that run or wait; more are refused at once. */
  MAX_CALLS: wholeNumber(1, 100_000).default(256),
});
export type Env = Readonly<z.infer<typeof envSchema>>;
export const ENV = Symbol('env');
