// Training and serving against PEFT and torch's AdamW: the same checkpoints, rows and schedule
// (test/golden/peft/make.py).

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readAdapter } from '#models/adapters/adapter-files.js';
import { readAdapterFolder } from '#models/adapters/adapter-folder.js';
import type { Adapter } from '#models/adapters/adapter.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { writeModel } from '#models/checkpoints/model-writer.js';
import { parseSafetensors } from '#models/tensors/safetensors.js';
import type { EncodedExample } from '#models/text/encode-example.js';
import type { TensorData } from '#models/types.js';
import type { Trainable, TrainOptions } from '#training/training-options.js';
import { train } from '#training/training.js';
import { logitsAfter, openLanes } from './testing/served-logits.js';

const GOLDEN = fileURLToPath(new URL('../../test/golden/peft/', import.meta.url));
const read = <T>(...path: string[]): T =>
  JSON.parse(readFileSync(join(GOLDEN, ...path), 'utf8')) as T;

interface Setting {
  readonly rows: EncodedExample[];
  readonly prompts: number[][];
  readonly batch: number;
  readonly warmupRatio: number;
  readonly maxGradNorm: number;
  readonly weightDecay: number;
}
interface Case {
  readonly base: string;
  readonly learningRate: number;
  readonly losses: number[];
  /** Of the token after each prompt. */
  readonly logits: number[][];
}
const { rows, prompts, batch, warmupRatio, maxGradNorm, weightDecay } = read<Setting>('rows.json');

/** Ranks and targets are those of the adapter that is trained on. */
const CONTINUED: Trainable = { type: 'lora', r: 1, alpha: 1, dropout: 0 };

async function trainAsPeft(
  name: string,
): Promise<{ losses: number[]; final: ReadonlyMap<string, TensorData> }> {
  const { base, learningRate } = read<Case>('cases', name, 'case.json');
  const initial = join(GOLDEN, 'cases', name, 'initial');
  const isLora = existsSync(initial);
  const options: TrainOptions = {
    modelPath: join(GOLDEN, base),
    trainable: isLora ? CONTINUED : { type: 'full' },
    ...(isLora ? { parentAdapter: await readAdapterFolder(initial), parent: 'continue' } : {}),
    objective: 'sft',
    retainTerms: [],
    target: rows,
    retain: [],
    shuffle: false,
    epochs: 2,
    batchSize: batch,
    gradientAccumulation: 1,
    learningRate,
    warmupRatio,
    weightDecay,
    maxGradNorm,
    maxLength: 64,
    seed: 0,
    threads: 1,
    checkpointSteps: 0,
  };
  const losses: number[] = [];
  const { adapter, weights } = await train(options, {
    onProgress: ({ loss }) => losses.push(loss),
  });
  return { losses, final: adapter ? readAdapter(adapter).tensors : weights! };
}

/** Size of the difference over the size of what was expected, all tensors together. */
function relativeDistance(
  found: ReadonlyMap<string, TensorData>,
  expected: ReadonlyMap<string, TensorData>,
): number {
  let [difference, size] = [0, 0];
  for (const [name, { dims, data }] of expected) {
    const own = found.get(name)!;
    expect(own.dims, name).toEqual(dims);
    for (let i = 0; i < data.length; i++) {
      difference += (own.data[i]! - data[i]!) ** 2;
      size += data[i]! ** 2;
    }
  }
  return Math.sqrt(difference / size);
}

test.each([
  'lora',
  'rslora',
  'layers',
  'saved',
  'saved-tied',
  'saved-embeddings',
  'full',
  'full-tied',
  'gpt2',
])('%s: 20 steps as PEFT and AdamW take them', async (name) => {
  const { losses: expected } = read<Case>('cases', name, 'case.json');
  const { losses, final } = await trainAsPeft(name);
  expect(losses).toHaveLength(20);
  const worst = Math.max(...losses.map((loss, i) => Math.abs(loss - expected[i]!) / expected[i]!));
  const folder = join(GOLDEN, 'cases', name);
  const reference = existsSync(join(folder, 'final'))
    ? readAdapter(await readAdapterFolder(join(folder, 'final'))).tensors
    : parseSafetensors(readFileSync(join(folder, 'final.safetensors')), name);
  const distance = relativeDistance(final, reference);
  console.info(
    `${name}: losses within ${worst.toExponential(1)}, trained tensors within ${distance.toExponential(1)}`,
  );
  expect(final.size).toBe(reference.size);
  expect(worst).toBeLessThan(1e-3);
  expect(distance).toBeLessThan(1e-2);
});

const ADAPTERS = readdirSync(join(GOLDEN, 'cases'));

async function adapterOf(name: string): Promise<Adapter> {
  const folder = join(GOLDEN, 'cases', name);
  const weights = join(folder, 'final.safetensors');
  return readAdapter(
    existsSync(weights)
      ? { 'model.safetensors': readFileSync(weights) }
      : await readAdapterFolder(join(folder, 'final')),
  );
}

const furthest = (logits: readonly number[][], expected: readonly number[][]): number =>
  Math.max(
    ...logits.flatMap((row, i) => row.map((logit, v) => Math.abs(logit - expected[i]![v]!))),
  );

test.each(ADAPTERS)("PEFT's adapter %s is served, and merged, to PEFT's logits", async (name) => {
  const { base, logits } = read<Case>('cases', name, 'case.json');
  const adapter = await adapterOf(name);
  const lanes = await openLanes(join(GOLDEN, base));
  const served = furthest(await logitsAfter(await lanes.serve(adapter), prompts), logits);
  const folder = join(await mkdtemp(join(tmpdir(), 'lethe-peft-')), 'merged');
  await writeModel(await openCheckpoint(join(GOLDEN, base)), {
    folder,
    dtype: 'F32',
    maxShardBytes: 20_000,
    adapter,
  });
  const mergedLanes = await openLanes(folder);
  const merged = furthest(await logitsAfter(mergedLanes.base, prompts), logits);
  console.info(
    `${name}: logits served within ${served.toExponential(1)}, merged within ${merged.toExponential(1)}`,
  );
  await lanes.closeAll();
  await mergedLanes.closeAll();
  await rm(dirname(folder), { recursive: true });
  expect(Math.max(served, merged)).toBeLessThan(1e-4);
});
