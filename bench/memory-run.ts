// One training run in a process of its own, whose memory is measured: `node memory-run.js <model
// folder> <JSON of a MeasuredRun>`.

import { readFileSync } from 'node:fs';
import { writeAdapter } from '#models/adapters/adapter-files.js';
import { adapterTensorName } from '#models/adapters/adapter.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { linearKinds, traceOf } from '#models/passes/trace.js';
import type { AdapterFiles, TensorData } from '#models/types.js';
import { estimateRun } from '#training/run/run-memory.js';
import { train } from '#training/training.js';
import type { MeasuredRun } from './memory-cases.js';
import { memoryOptions } from './memory-options.js';

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
    tensors.set(adapterTensorName(name, 'A'), {
      dims: [r, wide],
      data: new Float32Array(r * wide).fill(1e-3),
    });
    tensors.set(adapterTensorName(name, 'B'), {
      dims: [out, r],
      data: new Float32Array(out * r).fill(1e-3),
    });
  }
  return writeAdapter({ r, alpha: r, targetModules: linearKinds(config), tensors });
}

const [modelPath = '', json = '{}'] = process.argv.slice(2);
const run = JSON.parse(json) as MeasuredRun;
const options = {
  ...memoryOptions(run),
  modelPath,
  ...(run.parentRank ? { parentAdapter: await parentOf(modelPath, run.parentRank) } : {}),
};
const { total: estimated } = await estimateRun(options);
const begun = performance.now();
await train(options, { onCheckpoint: async () => {} });
console.log(
  JSON.stringify({
    estimated,
    peak: peakBytes(),
    seconds: (performance.now() - begun) / 1000,
  } satisfies Measured),
);
