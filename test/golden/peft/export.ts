// Writes what this engine trains and merges, with its own logits, for PEFT and transformers to read
// (check.py):
//   node dist/test/golden/peft/export.js FOLDER && python test/golden/peft/check.py FOLDER

import { readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readAdapter, wholeModel, writeAdapter } from '#models/adapters/adapter-files.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { type WriteOptions, writeModel } from '#models/checkpoints/model-writer.js';
import type { EncodedExample } from '#models/text/encode-example.js';
import type { AdapterFiles } from '#models/types.js';
import { ggufMetadata, ggufTensors, writeGguf } from '#testing/gguf-writer.js';
import { tinyAdapter } from '#testing/tiny-adapter.js';
import { byteAlphabet, TINY_CONFIG, TINY_TEMPLATE, tinyWeights } from '#testing/tiny-model.js';
import type { LoraOptions, TrainOptions } from '#training/training-options.js';
import { train } from '#training/training.js';
import { logitsAfter, openLanes } from '../../testing/served-logits.js';

const GOLDEN = fileURLToPath(new URL('../../../../test/golden/peft/', import.meta.url));
const { rows, prompts } = JSON.parse(readFileSync(join(GOLDEN, 'rows.json'), 'utf8')) as {
  rows: EncodedExample[];
  prompts: number[][];
};
const [out] = process.argv.slice(2).map((folder) => resolve(folder));
if (!out) throw new RangeError('name a folder to write to');
const baseOf = (name: string): string => join(GOLDEN, name);

const lora = (changes: Partial<LoraOptions> = {}): LoraOptions => ({
  type: 'lora',
  r: 4,
  alpha: 8,
  dropout: 0,
  ...changes,
});

async function trained(
  base: string,
  trainable: TrainOptions['trainable'],
  changes: Partial<TrainOptions> = {},
): Promise<AdapterFiles> {
  const { adapter, weights } = await train({
    modelPath: baseOf(base),
    trainable,
    objective: 'sft',
    retainTerms: [],
    target: rows,
    retain: [],
    epochs: 1,
    batchSize: 4,
    gradientAccumulation: 1,
    learningRate: 1e-2,
    warmupRatio: 0.1,
    weightDecay: 0.01,
    maxGradNorm: 1,
    maxLength: 64,
    seed: 3,
    threads: 1,
    checkpointSteps: 0,
    ...changes,
  });
  return adapter ?? writeAdapter(wholeModel(weights!));
}

async function save(
  name: string,
  description: object,
  path: string,
  adapter?: AdapterFiles,
): Promise<void> {
  const lanes = await openLanes(path);
  const logits = await logitsAfter(
    adapter ? await lanes.serve(readAdapter(adapter)) : lanes.base,
    prompts,
  );
  await lanes.closeAll();
  await writeFile(
    join(out!, name, 'case.json'),
    JSON.stringify({ ...description, prompts, logits }),
  );
  console.log(name);
}

async function saveAdapter(name: string, base: string, files: AdapterFiles): Promise<void> {
  await mkdir(join(out!, name, 'adapter'), { recursive: true });
  for (const [file, bytes] of Object.entries(files))
    await writeFile(join(out!, name, 'adapter', file), bytes);
  await save(
    name,
    { kind: files['adapter_config.json'] ? 'adapter' : 'weights', base: baseOf(base) },
    baseOf(base),
    files,
  );
}

async function saveMerged(
  name: string,
  path: string,
  options: Omit<WriteOptions, 'folder'>,
): Promise<void> {
  await mkdir(join(out!, name), { recursive: true });
  const folder = join(out!, name, 'model');
  await writeModel(await openCheckpoint(path), { folder, ...options });
  await save(name, { kind: 'model' }, folder);
}

await mkdir(out, { recursive: true });
const first = await trained('llama', lora());
const scaled = await trained(
  'llama',
  lora({ rslora: true, targetModules: ['q_proj', 'down_proj'] }),
);
const ends = await trained('llama-tied', lora({ modulesToSave: ['embed_tokens', 'lm_head'] }));
const full = await trained('llama-tied', { type: 'full' });
const gpt2 = await trained('gpt2', lora());

await saveAdapter('low-rank', 'llama', first);
await saveAdapter('rslora', 'llama', scaled);
await saveAdapter(
  'layers',
  'llama',
  await trained('llama', lora({ layers: [1], targetModules: ['mlp.up_proj', 'o_proj'] })),
);
await saveAdapter(
  'composed',
  'llama',
  await trained('llama', lora({ r: 3, targetModules: ['v_proj'] }), { parentAdapter: scaled }),
);
await saveAdapter(
  'composed-whole',
  'llama',
  await trained('llama', lora({ modulesToSave: ['lm_head'] }), { parentAdapter: scaled }),
);
await saveAdapter(
  'continued',
  'llama',
  await trained('llama', lora({ modulesToSave: ['norm'] }), {
    parentAdapter: scaled,
    parent: 'continue',
  }),
);
await saveAdapter(
  'ends',
  'llama',
  await trained('llama', lora({ modulesToSave: ['embed_tokens', 'lm_head'] })),
);
await saveAdapter('ends-tied', 'llama-tied', ends);
await saveAdapter(
  'head-tied',
  'llama-tied',
  await trained('llama-tied', lora({ modulesToSave: ['lm_head'] })),
);
await saveAdapter('gpt2', 'gpt2', gpt2);
await saveAdapter('full', 'llama-tied', full);
await saveAdapter(
  'full-then-low-rank',
  'llama-tied',
  await trained('llama-tied', lora(), { parentAdapter: full }),
);

const plain = { dtype: 'F32', maxShardBytes: 1e9 } as const;
await saveMerged('merged', baseOf('llama'), { ...plain, adapter: readAdapter(first) });
await saveMerged('merged-rslora-sharded', baseOf('llama'), {
  dtype: 'F32',
  maxShardBytes: 8000,
  adapter: readAdapter(scaled),
});
await saveMerged('merged-f16', baseOf('llama'), {
  dtype: 'F16',
  maxShardBytes: 1e9,
  adapter: readAdapter(first),
});
await saveMerged('merged-bf16-sharded', baseOf('llama'), {
  dtype: 'BF16',
  maxShardBytes: 8000,
  adapter: readAdapter(first),
});
await saveMerged('merged-ends-tied', baseOf('llama-tied'), {
  ...plain,
  adapter: readAdapter(ends),
});
await saveMerged('merged-full-tied', baseOf('llama-tied'), {
  ...plain,
  adapter: readAdapter(full),
});
await saveMerged('merged-gpt2', baseOf('gpt2'), { ...plain, adapter: readAdapter(gpt2) });

const gguf = join(out, 'base.gguf');
const tokens = ['Ġt', 'he', ...byteAlphabet().slice(2)]; // what its merges make stands in for two bytes
await writeFile(
  gguf,
  writeGguf(
    ggufMetadata(TINY_CONFIG, tokens, TINY_TEMPLATE),
    ggufTensors(TINY_CONFIG, tinyWeights()),
  ),
);
await saveMerged('merged-gguf', gguf, { ...plain, adapter: tinyAdapter(TINY_CONFIG) });
await saveMerged('converted-gguf-f16', gguf, { dtype: 'F16', maxShardBytes: 50_000 });
// transformers itself does not know Baichuan.
const families = join(GOLDEN, '../gguf');
for (const { name } of readdirSync(families, { withFileTypes: true }).filter(
  (entry) => entry.isDirectory() && entry.name !== 'baichuan',
)) {
  await saveMerged(`gguf-${name}`, join(families, name), { dtype: 'F32', maxShardBytes: 100_000 });
}
await cp(join(GOLDEN, 'versions.json'), join(out, 'versions.json'));
