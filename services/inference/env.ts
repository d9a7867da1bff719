// The inference service's settings: what every service understands, and its own.

import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { servedPrecisions } from '#contracts/served-precision.js';
import { grpcEnv, pem } from '#platform/config/grpc-env.js';
import { flag, platformEnv, wholeNumber } from '#platform/config/platform-env.js';
import { devices } from '#runtime/compute.js';
import { memoryLimit } from '#runtime/memory-limit.js';

const fields = z.object({
  ...platformEnv,
  ...grpcEnv,
  CLAIM_PUBLIC_KEYS: pem().describe(
    'Public keys of the `CLAIM_SIGNING_KEY` of each service that calls, or certificates for them, one after the other in one file. Each is accepted: during a rotation the next beside the last.',
  ),
  DEVICE: z
    .enum(devices)
    .default('cpu')
    .describe('Where graphs run; a service whose device is unavailable does not start.'),
  HALF_WEIGHTS: flag()
    .default(false)
    .describe(
      'Keep matrices that a checkpoint stores in 16 bits so: half the memory, slower, the same answers.',
    ),
  PRECISION: z
    .enum(servedPrecisions)
    .default('float32')
    .describe(
      "What base models' matrices are kept in: `int8` and `int4` are faster, take less memory and need `DEVICE=cpu`; GGUF's Q8_0, Q4_0 and Q4_1 in as few bits stay as they are. Adapters stay float32.",
    ),
  GRPC_PORT: wholeNumber(0, 65535).default(50051).describe('Port of gRPC. 0: any free port.'),
  THREADS: wholeNumber(1, 1024)
    .default(availableParallelism())
    .meta({ default: 'the processors', description: "Threads of one model's runs." }),
  MAX_BATCH: wholeNumber(1, 1024)
    .default(8)
    .describe(
      'Sequences of one model that run at once; half as many more of tenants that would have none.',
    ),
  MAX_CONTEXT: wholeNumber(16, 1_000_000)
    .default(2048)
    .describe("Tokens of a prompt and its answer together; a model's own limit may be lower."),
  MAX_MODELS: wholeNumber(1, 1000).default(2).describe('Base models in memory at once.'),
  ERASURE_CHECK_MS: wholeNumber(10, 60_000)
    .default(10_000)
    .describe(
      'How often an adapter in memory is asked after: one whose model was deleted answers no longer than that, in ms.',
    ),
  MAX_ADAPTERS: wholeNumber(1, 100_000)
    .default(32)
    .describe(
      'Adapters in memory at once, per base model; at most three quarters in use for one tenant. Calls for further ones wait.',
    ),
  ADAPTER_BYTES: wholeNumber(1, Number.MAX_SAFE_INTEGER)
    .default(Math.floor(memoryLimit() / 2))
    .meta({
      default: "half of the container's or the machine's memory",
      description:
        'Bytes of all adapters in memory, per base model, their tensors counted as float32. Calls wait for what others use; an adapter that is larger is refused.',
    }),
  KV_BYTES: wholeNumber(1, Number.MAX_SAFE_INTEGER)
    .default(Math.floor(memoryLimit() / 4))
    .meta({
      default: "a quarter of the container's or the machine's memory",
      description:
        'Bytes of keys and values of all sequences that run, per base model, each row counted with the positions of the longest. Sequences wait for room; where those that run need more, the youngest of the tenant who has had most gives way and goes on later. What one sequence can have of it bounds `MAX_CONTEXT`.',
    }),
  PREFIX_BYTES: wholeNumber(0, Number.MAX_SAFE_INTEGER)
    .default(Math.floor(memoryLimit() / 16))
    .meta({
      default: "a sixteenth of the container's or the machine's memory",
      description:
        "Bytes of keys and values that are kept of a tenant's prompts and answers, per base model, for prompts of the same tenant and model that begin alike. The least recently used go first, also where what answers that gave way hold takes their place: what does not fit is read again. 0: none are kept ([what that changes](../explanation/determinism.md#what-was-read-before)).",
    }),
  MAX_KNOWLEDGE_BASES: wholeNumber(1, 1000)
    .default(8)
    .describe(
      'Knowledge bases in memory at once, each on a thread of its own; at most three quarters in use for one tenant. Calls for further ones wait.',
    ),
  KNOWLEDGE_BYTES: wholeNumber(1, Number.MAX_SAFE_INTEGER)
    .default(Math.floor(memoryLimit() / 8))
    .meta({
      default: "an eighth of the container's or the machine's memory",
      description:
        'Bytes of all knowledge bases in memory, each counted as ten times its lines. Calls wait for what others use; a base that is larger is refused.',
    }),
  VISION_THREADS: wholeNumber(1, 1024)
    .default(Math.max(1, Math.floor(availableParallelism() / 2)))
    .meta({
      default: 'half of the processors',
      description:
        "Threads that a model's pictures are looked at with, beside those of its text: fewer keep streams flowing meanwhile.",
    }),
  VISION_NICE: wholeNumber(0, 19)
    .default(10)
    .describe(
      'How much the threads that look at pictures give way to those of the text, on Linux, as nice(1) has it: 0 for equal shares of a processor that both want, 10 for a tenth. Nobody waits where a processor is free.',
    ),
  VISION_BYTES: wholeNumber(0, Number.MAX_SAFE_INTEGER)
    .default(Math.floor(memoryLimit() / 32))
    .meta({
      default: "a thirty-second of the container's or the machine's memory",
      description:
        "Bytes of what is kept of a tenant's pictures, per base model, for the next turns of their conversations. The least recently used go first. 0: nothing is kept.",
    }),
  VISION_WAITING: wholeNumber(1, 100_000)
    .default(64)
    .describe('Pictures that wait to be looked at, per base model; more are refused at once.'),
  METRICS_COMPAT: z
    .enum(['none', 'vllm'])
    .default('none')
    .describe(
      "Whose names metrics have beside our own: `vllm` repeats those of answers as vLLM's (`vllm:num_requests_running`).",
    ),
  MAX_ROUNDED: wholeNumber(1, 1000)
    .default(1)
    .describe(
      'Copies of the linear layers in memory at once, per base model, that are rounded to few bits because a call asks so; each takes as much as the model, and calls for further ones wait.',
    ),
  MAX_CALLS: wholeNumber(1, 100_000)
    .default(256)
    .describe(
      'Calls that run or wait, at most three quarters of them of one tenant; more are refused at once.',
    ),
});
export const envSchema = fields.refine(
  ({ PRECISION, DEVICE }) => PRECISION === 'float32' || DEVICE === 'cpu',
  { path: ['PRECISION'], message: 'int8 and int4 need DEVICE=cpu' },
);
export type Env = Readonly<z.infer<typeof envSchema>>;
