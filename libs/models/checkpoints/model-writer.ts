// Writes a model as a Hugging Face folder, whole or not at all.

import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Adapter, NO_ADAPTER } from '../adapters/adapter.js';
import { FolderExistsError } from '../errors/folder-exists.error.js';
import type { FloatDtype } from '../tensors/safetensors-header.js';
import { writeSafetensorsFile } from '../tensors/safetensors.js';
import { shardWeights } from '../tensors/shards.js';
import type { Checkpoint } from './checkpoint-type.js';
import { hfConfigText } from './hf-config.js';
import { mergedModel } from './merged-model.js';
import { SUMS, writeSums } from './sums/sums-file.js';

export interface WriteOptions {
  /** Must not exist. */
  readonly folder: string;
  readonly dtype: FloatDtype;
  /** Bytes of a shard's tensors. */
  readonly maxShardBytes: number;
  readonly adapter?: Adapter;
}

export interface WrittenModel {
  readonly parameters: number;
  readonly files: readonly string[];
}

const DTYPE_NAMES: Readonly<Record<FloatDtype, string>> = {
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
};

/**
 * The base model, an adapter merged in, as config.json, weights and their checksums, tokenizer and
 * generation settings.
 * Products are added in float32 and rounded once. Tensors are read and written one by one.
 * @throws FolderExistsError, AdapterError, CheckpointError
 */
export async function writeModel(
  checkpoint: Checkpoint,
  { folder, dtype, maxShardBytes, adapter = NO_ADAPTER }: WriteOptions,
): Promise<WrittenModel> {
  if (await exists(folder)) throw new FolderExistsError(folder);
  const model = mergedModel(checkpoint.config, adapter);
  const tensors = [...model.tensors].map(([name, dims]) => ({ name, dims }));
  const { files, index } = shardWeights('model', tensors, dtype, maxShardBytes);
  const weights = files.map(({ file }) => file);
  const config = {
    ...checkpoint.hfConfig,
    dtype: DTYPE_NAMES[dtype],
    torch_dtype: DTYPE_NAMES[dtype],
    tie_word_embeddings: model.config.tieWordEmbeddings,
    vocab_size: model.config.vocabSize,
  };
  const texts: Record<string, Uint8Array | string> = {
    ...(await checkpoint.companions()),
    'config.json': hfConfigText(config),
    ...(index ? { 'model.safetensors.index.json': index } : {}),
  };
  const draft = join(dirname(folder), `.${basename(folder)}.${process.pid}`);
  await mkdir(draft, { recursive: true });
  try {
    for (const [name, text] of Object.entries(texts)) await writeFile(join(draft, name), text);
    for (const { file, tensors: shard } of files) {
      await writeSafetensorsFile(join(draft, file), shard, dtype, (name) =>
        model.read(name, checkpoint.read),
      );
    }
    await writeSums(draft, weights);
    if (await exists(folder)) throw new FolderExistsError(folder);
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
  const parameters = tensors.reduce(
    (sum, { dims }) => sum + dims.reduce((product, size) => product * size, 1),
    0,
  );
  return {
    parameters,
    files: [...Object.keys(texts), ...weights, SUMS].toSorted(),
  };
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
