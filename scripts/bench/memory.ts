// Peak memory of a LoRA step on a published shape: `npm run bench:memory -- llama-3.2-1b [tokens] [threads]`. Random bfloat16 weights
// are written to a temporary folder, in shards, and removed.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRun, stepUnits } from '#engine/trainer.js';
import { parseHfConfig } from '#models/hf-config.js';
import { writeSafetensorsFile } from '#models/safetensors.js';
import { shardWeights } from '#models/shards.js';
import { expectedTensors } from '#models/trace.js';
import { byteTokenizer } from '#testing/tiny-model.js';
import { shapes } from './shapes.js';

const MAX_SHARD_BYTES = 5e8;

async function writeShape(folder: string, json: object): Promise<void> {
  const tensors = [...expectedTensors(parseHfConfig(folder, json))].map(([name, dims]) => ({ name, dims }));
  const plan = shardWeights('model', tensors, 'BF16', MAX_SHARD_BYTES);
  const dimsOf = new Map(tensors.map(({ name, dims }) => [name, dims]));
  for (const { file, names } of plan.files) {
    await writeSafetensorsFile(join(folder, file), names.map((name) => ({ name, dims: dimsOf.get(name)! })), 'BF16', async (name) => {
      const dims = dimsOf.get(name)!;
      const data = new Float32Array(dims.reduce((product, size) => product * size, 1));
      if (dims.length === 1) return data.fill(1);
      for (let i = 0, state = 1; i < data.length; i++) {
        state = (Math.imul(state, 1664525) + 1013904223) | 0;
        data[i] = (state / 2 ** 31) * 0.03;
      }
      return data;
    });
  }
  if (plan.index) await writeFile(join(folder, 'model.safetensors.index.json'), plan.index);
  await writeFile(join(folder, 'config.json'), JSON.stringify(json));
  await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(byteTokenizer()));
  await writeFile(join(folder, 'tokenizer_config.json'), JSON.stringify({ eos_token: '<|im_end|>' }));
}

const gigabytes = (): string => `${(process.resourceUsage().maxRSS / 2 ** 20).toFixed(2)} GB`;
const [name = 'llama-3.2-1b', tokens = '512', threads = '2'] = process.argv.slice(2);
const shape = shapes[name];
if (!shape) throw new Error(`unknown shape ${name}: expected one of ${Object.keys(shapes).join(', ')}`);
const folder = await mkdtemp(join(tmpdir(), 'lethe-memory-'));
try {
  await writeShape(folder, shape);
  console.log(`written; peak so far ${gigabytes()}`);
  const ids = Array.from({ length: Number(tokens) }, (_, i) => (i * 7919) % 30_000);
  const run = await openRun({
    modelPath: folder,
    trainable: { type: 'lora', r: 8, alpha: 16, dropout: 0 },
    objective: 'sft', retainTerms: [], forget: [{ ids, labelStart: ids.length / 2 }], retain: [],
    epochs: 1, batchSize: 1, gradientAccumulation: 1, learningRate: 1e-4, warmupRatio: 0, weightDecay: 0, maxGradNorm: 1,
    maxLength: ids.length, microBatchTokens: ids.length, seed: 1, threads: Number(threads), checkpointSteps: 0, halfWeights: true, recompute: true,
  });
  console.log(`opened, ${run.model.halves.size} matrices in 16 bits; peak so far ${gigabytes()}`);
  const begun = performance.now();
  const { loss } = await run.runner.run(0, stepUnits(run, 0), {}, () => {});
  console.log(`${name}, ${tokens} tokens: loss ${loss.toFixed(3)} in ${((performance.now() - begun) / 1000).toFixed(1)} s, peak ${gigabytes()}`);
  await run.close();
} finally {
  await rm(folder, { recursive: true });
}
