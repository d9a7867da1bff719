// One training run in a process of its own, whose memory is measured: `node memory-run.js <model folder> <JSON of a MeasuredRun>`.
import { readFileSync } from 'node:fs';
import { estimateRun } from '#engine/run-memory.js';
import { train } from '#engine/training.js';
import type { TrainOptions } from '#engine/training-options.js';
import { writeAdapter } from '#models/adapter-files.js';
import { adapterTensorName } from '#models/adapter.js';
import { openCheckpoint } from '#models/checkpoint.js';
import { linearKinds, traceOf } from '#models/trace.js';
import type { AdapterFiles, TensorData } from '#models/types.js';
import type { MeasuredRun } from './memory-cases.js';

export interface Measured {
  /** Bytes. */
  readonly estimated: number;
  readonly peak: number;
  readonly seconds: number;
}

/** Largest resident set of this process; a child's `maxRSS` would begin with its parent's. */
function peakBytes(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024;
  return 1024 * Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))![1]);
}

async function parentOf(modelPath: string, r: number): Promise<AdapterFiles> {
  const { config } = await openCheckpoint(modelPath);
  const tensors = new Map<string, TensorData>();
  for (const { name, in: wide, out } of traceOf(config).linears.values()) {
    tensors.set(adapterTensorName(name, 'A'), { dims: [r, wide], data: new Float32Array(r * wide).fill(1e-3) });
    tensors.set(adapterTensorName(name, 'B'), { dims: [out, r], data: new Float32Array(out * r).fill(1e-3) });
  }
  return writeAdapter({ r, alpha: r, targetModules: linearKinds(config), tensors });
}

async function optionsOf(modelPath: string, { tokens, rows, parentRank, options = {} }: MeasuredRun): Promise<TrainOptions> {
  const row = (seed: number) => ({ ids: Array.from({ length: tokens }, (_, i) => ((i + seed) * 7919) % 250), labelStart: tokens / 2 });
  const set = (seed: number) => Array.from({ length: rows }, (_, i) => ({ ...row(seed + i), alternates: [row(seed + 100 + i)] }));
  return {
    modelPath,
    ...(parentRank ? { parentAdapter: await parentOf(modelPath, parentRank) } : {}),
    trainable: { type: 'lora', r: 8, alpha: 16, dropout: 0.1 },
    objective: 'sft', retainTerms: [], forget: set(1), retain: set(50),
    epochs: 1, maxSteps: 1, batchSize: rows, gradientAccumulation: 1, learningRate: 1e-4, warmupRatio: 0, weightDecay: 0, maxGradNorm: 1,
    maxLength: tokens, microBatchTokens: rows * tokens, seed: 1, threads: 1, checkpointSteps: 0,
    ...options,
  };
}

const [modelPath = '', json = '{}'] = process.argv.slice(2);
const options = await optionsOf(modelPath, JSON.parse(json) as MeasuredRun);
const { total: estimated } = await estimateRun(options);
const begun = performance.now();
await train(options, { onCheckpoint: async () => {} });
console.log(JSON.stringify({ estimated, peak: peakBytes(), seconds: (performance.now() - begun) / 1000 } satisfies Measured));
