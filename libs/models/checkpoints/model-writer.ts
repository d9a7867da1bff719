// Writes a model as a Hugging Face folder, whole or not at all.

import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { required } from '#collections/required.js';
import { mergeAdapter } from '../adapters/adapter-algebra.js';
import { type Adapter, NO_ADAPTER } from '../adapters/adapter.js';
import { FolderExistsError } from '../errors/folder-exists.error.js';
import type { FloatDtype } from '../tensors/safetensors-header.js';
import { writeSafetensorsFile } from '../tensors/safetensors.js';
import { shardWeights } from '../tensors/shards.js';
import type { ModelConfig } from '../types.js';
import { seeingPart, textPart } from '../vision/adapter-parts.js';
import { publishedName } from '../vision/published-names.js';
import { keptVision, visionTensors } from '../vision/vision-tensors.js';
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
  const model = mergedModel(checkpoint.config, textPart(checkpoint.config, adapter));
  const seeing = seeingPart(checkpoint.config, adapter);
  const tower = towerOf(checkpoint);
  const ours = new Map(
    [...model.tensors, ...tower].map(([name, dims]) => {
      const published = publishedName(checkpoint.config, name);
      return [published, { name: published, dims, ours: name }];
    }),
  );
  const tensors = [...ours.values()];
  const readTensor = async (name: string): Promise<Float32Array> => {
    const dims = tower.get(name);
    if (!dims) return model.read(name, checkpoint.read);
    const data = await checkpoint.read(name);
    if (seeing) mergeAdapter(seeing, name, { dims, data });
    return data;
  };
  const { files, index } = shardWeights('model', tensors, dtype, maxShardBytes);
  const weights = files.map(({ file }) => file);
  const config = {
    ...writtenConfig(checkpoint.hfConfig, model.config),
    dtype: DTYPE_NAMES[dtype],
    torch_dtype: DTYPE_NAMES[dtype],
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
        readTensor(required(ours, name).ours),
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

/** What is seen by: tower and connector, with what transformers reads of them and we do not. */
function towerOf({ config, dims, tensorNames }: Checkpoint): Map<string, readonly number[]> {
  const kept = tensorNames().filter((name) => keptVision(config, name));
  return new Map([...visionTensors(config), ...kept.map((name) => [name, dims(name)] as const)]);
}

/** With sizes that an adapter may have changed: of the whole, and of the text where it is a part. */
function writtenConfig(
  hfConfig: Checkpoint['hfConfig'],
  { tieWordEmbeddings, vocabSize, vision }: ModelConfig,
): Readonly<Record<string, unknown>> {
  const sizes = { tie_word_embeddings: tieWordEmbeddings, vocab_size: vocabSize };
  if (!vision) return { ...hfConfig, ...sizes };
  const text = hfConfig['text_config'] as Readonly<Record<string, unknown>> | undefined;
  return {
    ...hfConfig,
    tie_word_embeddings: tieWordEmbeddings,
    ...(text ? { text_config: { ...text, ...sizes } } : {}),
  };
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
