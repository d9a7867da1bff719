// lethe model merge: a base model and an adapter become one model in a Hugging Face folder.

import type { Command } from 'commander';
import { access } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { readAdapter } from '#models/adapters/adapter-files.js';
import { readAdapterFolder } from '#models/adapters/adapter-folder.js';
import type { Checkpoint } from '#models/checkpoints/checkpoint-type.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { findModel } from '#models/checkpoints/model-folders.js';
import { type WrittenModel, writeModel } from '#models/checkpoints/model-writer.js';
import type { FloatDtype } from '#models/tensors/safetensors-header.js';
import type { AdapterFiles } from '#models/types.js';
import { projectRoot } from '#supervisor/layout.js';
import { CommandError } from '../command-error.js';
import { type CommonOptions, environment, remoteSubcommand, tenantClient } from '../context.js';
import { exitCodes } from '../exit-codes.js';
import { print, printJson } from '../output.js';
import { byteSize } from '../values.js';

interface MergeOptions extends CommonOptions {
  readonly model?: string;
  readonly adapter?: string;
  readonly out: string;
  readonly dtype?: string;
  readonly maxShardSize?: number;
}

const DTYPES: Readonly<Record<string, FloatDtype>> = { f32: 'F32', f16: 'F16', bf16: 'BF16' };
/** What config.json calls them. */
const STORED: ReadonlyMap<string, FloatDtype> = new Map([
  ['float32', 'F32'],
  ['float16', 'F16'],
  ['bfloat16', 'BF16'],
]);

export function registerMerge(model: Command): void {
  remoteSubcommand(
    model,
    'merge',
    'write a model with an adapter merged in as a Hugging Face folder',
  )
    .option(
      '--model <model>',
      "base model: a name in the model folders, a folder or a .gguf file (default: the tuned model's base)",
    )
    .option(
      '--adapter <adapter>',
      'a PEFT folder, or a tuned model (ft:...) of the gateway; none: the model is only converted',
    )
    .requiredOption('--out <folder>', 'folder to write; must not exist')
    .option(
      '--dtype <dtype>',
      "f32, f16 or bf16 (default: the base model's, f16 for quantised GGUF)",
    )
    .option(
      '--max-shard-size <size>',
      'size of a weights file, such as 500MB (default: 5GB)',
      byteSize,
    )
    .action(merge);
}

async function merge(options: MergeOptions): Promise<void> {
  const dtype = askedDtype(options);
  const { base, files } = await adapterOf(options);
  const name = options.model ?? base;
  if (name === undefined)
    throw new CommandError(
      '--model is needed: only a tuned model (ft:...) knows its base',
      exitCodes.usage,
    );
  const checkpoint = await openCheckpoint(await pathOf(name, options));
  const written = await writeModel(checkpoint, {
    folder: resolve(options.out),
    dtype: dtype ?? dtypeOf(checkpoint),
    maxShardBytes: options.maxShardSize ?? 5e9,
    ...(files ? { adapter: readAdapter(files) } : {}),
  });
  report(options, written);
}

/** Files of the adapter, and the base model that a tuned one says it has. */
async function adapterOf(options: MergeOptions): Promise<{ base?: string; files?: AdapterFiles }> {
  const { adapter } = options;
  if (adapter === undefined) return {};
  if (!adapter.startsWith('ft:')) return { files: await readAdapterFolder(resolve(adapter)) };
  const client = tenantClient(options);
  const model = (await client.openai.models.retrieve(adapter)) as unknown as { base: string };
  return { base: model.base, files: await client.modelFiles(adapter) };
}

async function pathOf(name: string, options: MergeOptions): Promise<string> {
  const isPath = await access(name).then(
    () => true,
    () => false,
  );
  return isPath
    ? name
    : findModel(name, [...environment(options).modelDirs, join(projectRoot, 'models')]);
}

function askedDtype({ dtype }: MergeOptions): FloatDtype | undefined {
  if (dtype === undefined) return undefined;
  const known = DTYPES[dtype];
  if (known) return known;
  throw new CommandError(
    `--dtype ${dtype}: expected one of ${Object.keys(DTYPES).join(', ')}`,
    exitCodes.usage,
  );
}

/** As transformers' "auto": what config.json says, else what the tensors are. */
const dtypeOf = ({ hfConfig, dtype = 'F16' }: Checkpoint): FloatDtype =>
  STORED.get(String(hfConfig['dtype'] ?? hfConfig['torch_dtype'])) ?? dtype;

function report({ json, out }: MergeOptions, { parameters, files }: WrittenModel): void {
  if (json) return printJson({ folder: resolve(out), parameters, files });
  print(
    `${resolve(out)}: ${(parameters / 1e6).toFixed(1)}M parameters in ${files.filter((file) => file.endsWith('.safetensors')).length} file(s) of weights`,
  );
}
