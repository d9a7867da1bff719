// The training worker's settings: what every service understands, and its own.

import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { precisions } from '#contracts/precision.js';
import { flag, platformEnv, wholeNumber } from '#platform/config/platform-env.js';
import { queueEnv } from '#platform/config/queue-env.js';
import { devices, precisionsOn } from '#runtime/compute.js';
import { memoryLimit } from '#runtime/memory-limit.js';

const fields = z.object({
  ...platformEnv,
  ...queueEnv,
  DEVICE: z
    .enum(devices)
    .default('cpu')
    .describe('Where graphs run; a service whose device is unavailable does not start.'),
  THREADS: wholeNumber(1, 1024).default(availableParallelism()).meta({
    default: 'the processors',
    description:
      'Threads of a training step. Another number gives slightly other adapters: sums are rounded in another order.',
  }),
  PRECISION: z
    .enum(precisions)
    .default('float32')
    .describe(
      "Of the base model's linear layers, where a job names none: float16 needs `DEVICE=cuda` or `webgpu`, int8 is fast on a CPU with VNNI.",
    ),
  MEMORY_LIMIT: wholeNumber(1, Number.MAX_SAFE_INTEGER).default(memoryLimit()).meta({
    default: "the container's or the machine's memory",
    description:
      'Bytes that the process may use. A job that is expected to need more fails before it starts.',
  }),
  RECOMPUTE: flag()
    .default(false)
    .describe(
      'Compute layers again in the backward pass, where a job does not say: less memory, about a third more time, the same bytes.',
    ),
  CHECKPOINT_STEPS: wholeNumber(1, 100_000)
    .default(10)
    .describe('Steps between checkpoints: at most so many are lost when the process is killed.'),
});
export const envSchema = fields.refine(
  ({ PRECISION, DEVICE }) => precisionsOn(DEVICE).includes(PRECISION),
  {
    path: ['PRECISION'],
    message: 'float16 needs DEVICE=cuda or DEVICE=webgpu, int8 needs DEVICE=cpu',
  },
);
export type Env = Readonly<z.infer<typeof envSchema>>;
export const ENV = Symbol('env');
