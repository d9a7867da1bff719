// The training worker's settings: what every service understands, and its own.
import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { precisions } from '#contracts/precision.js';
import { platformEnv, wholeNumber } from '#platform/config/platform-env.js';
import { devices, precisionsOn } from '#runtime/compute.js';
import { memoryLimit } from '#runtime/memory-limit.js';

const fields = z.object({
  ...platformEnv,
  /** Where graphs run; a service whose device is not to be had does not start. */
  DEVICE: z.enum(devices).default('cpu'),
  /**
   * Threads of a training step. Another number gives slightly other adapters: sums are rounded in
   * another order.
   */
  THREADS: wholeNumber(1, 1024).default(availableParallelism()),
  /**
   * Where a job names none: of the base model's linear layers. float16 is for DEVICE=cuda or
   * webgpu, int8 for CPUs with VNNI: see docs/explanation/low-precision.md.
   */
  PRECISION: z.enum(precisions).default('float32'),
  /**
   * Bytes that the process may use; default: the container's or the machine's. A job that is
   * expected to need more fails before it starts.
   */
  MEMORY_LIMIT: wholeNumber(1, Number.MAX_SAFE_INTEGER).default(memoryLimit()),
  /**
   * Where a job does not say: compute layers again in the backward pass: less memory, about a third
   * more time, the same bytes.
   */
  RECOMPUTE: z.stringbool().default(false),
  /** Steps between checkpoints: as many at most are lost when the process is killed. */
  CHECKPOINT_STEPS: wholeNumber(1, 100_000).default(10),
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
