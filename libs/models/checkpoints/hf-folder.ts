// A Hugging Face folder as a checkpoint: config.json, safetensors (one file or shards), tokenizer.

import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CheckpointError } from '../errors/checkpoint.error.js';
import { TokenizerMismatchError } from '../errors/tokenizer-mismatch.error.js';
import { architectureOf } from '../families/index.js';
import type { TensorEntry } from '../tensors/safetensors-header.js';
import {
  readSafetensor,
  readSafetensorHalf,
  readSafetensorsHeader,
} from '../tensors/safetensors.js';
import { readChatTemplate, readTextIfPresent } from '../text/chat-template-file.js';
import { sentencePieceModel } from '../text/sentencepiece-model.js';
import { Tokenizer } from '../text/tokenizer.js';
import type { ModelConfig } from '../types.js';
import { checkTensors } from './check-tensors.js';
import type { Checkpoint } from './checkpoint-type.js';
import { parseHfConfig } from './hf-config.js';

type Located = TensorEntry & { readonly file: string };

export async function openHfFolder(folder: string): Promise<Checkpoint> {
  const configPath = join(folder, 'config.json');
  const hfConfig = await readJson(configPath);
  const config = parseHfConfig(configPath, hfConfig);
  const tensors = withPrefix(await locateTensors(folder), architectureOf(config).prefix);
  checkTensors(folder, config, tensors);
  const entryOf = (name: string): Located => {
    const entry = tensors.get(name);
    if (!entry) throw new CheckpointError(`${folder}: there is no tensor ${name}`);
    return entry;
  };
  return {
    name: basename(folder),
    config,
    tensorNames: () => [...tensors.keys()],
    dims: (name) => entryOf(name).dims,
    read: (name) => readSafetensor(entryOf(name).file, name, entryOf(name)),
    storesHalves: [...tensors.values()].some(
      ({ dtype, dims }) => dims.length > 1 && (dtype === 'F16' || dtype === 'BF16'),
    ),
    readHalf: (name) => readSafetensorHalf(entryOf(name).file, entryOf(name)),
    tokenizer: () => openTokenizer(folder, config),
    hfConfig,
    companions: () => readCompanions(folder),
  };
}

/**
 * Published files of some families leave out the name of the whole model, which their adapters and
 * other files have.
 */
function withPrefix(
  tensors: Map<string, Located>,
  prefix: string | undefined,
): Map<string, Located> {
  if (prefix === undefined || [...tensors.keys()].some((name) => name.startsWith(prefix)))
    return tensors;
  return new Map(
    [...tensors].map(([name, entry]) => [name === 'lm_head.weight' ? name : prefix + name, entry]),
  );
}

/**
 * What loaders look for beside configuration and weights; .py is code that a configuration may
 * point to.
 */
const COMPANION =
  /^(tokenizer.*|special_tokens_map\.json|added_tokens\.json|vocab\.(json|txt)|merges\.txt|chat_template.*|generation_config\.json|.*\.(model|tiktoken|py))$/;

async function readCompanions(folder: string): Promise<Record<string, Uint8Array>> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries
    .filter((entry) => !entry.isDirectory() && COMPANION.test(entry.name))
    .map(({ name }) => name);
  return Object.fromEntries(
    await Promise.all(
      names.map(async (name) => [name, await readFile(join(folder, name))] as const),
    ),
  );
}

async function locateTensors(folder: string): Promise<Map<string, Located>> {
  const index = await readJsonIfPresent(join(folder, 'model.safetensors.index.json'));
  const shards = index ? shardsOf(folder, index) : ['model.safetensors'];
  const tensors = new Map<string, Located>();
  for (const shard of shards) {
    const file = join(folder, shard);
    for (const [name, entry] of await openHeader(file)) tensors.set(name, { ...entry, file });
  }
  return tensors;
}

async function openHeader(file: string): Promise<Map<string, TensorEntry>> {
  try {
    return await readSafetensorsHeader(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new CheckpointError(`${file} is missing`);
  }
}

function shardsOf(folder: string, index: Record<string, unknown>): string[] {
  const map = index['weight_map'];
  const shards = typeof map === 'object' && map !== null ? Object.values(map) : [];
  const plain = shards.filter(
    (shard): shard is string => typeof shard === 'string' && basename(shard) === shard,
  );
  if (plain.length === 0 || plain.length !== shards.length) {
    throw new CheckpointError(
      `${folder}/model.safetensors.index.json: weight_map: expected names of files in the folder`,
    );
  }
  return [...new Set(plain)];
}

/**
 * Reads tokenizer.json, or else tokenizer.model, and its companions; a tokenizer whose ids the
 * weights do not know is refused.
 */
async function openTokenizer(folder: string, model: ModelConfig): Promise<Tokenizer> {
  const template = await readChatTemplate(folder);
  const config = {
    ...(await readJsonIfPresent(join(folder, 'tokenizer_config.json'))),
    ...template,
  };
  const generation = await readJsonIfPresent(join(folder, 'generation_config.json'));
  const modelConfig = await readJsonIfPresent(join(folder, 'config.json'));
  const ends = [generation?.['eos_token_id'], modelConfig?.['eos_token_id']].flat();
  const tokenizer = new Tokenizer({
    tokenizer:
      (await readJsonIfPresent(join(folder, 'tokenizer.json'))) ??
      (await readSentencePiece(folder, config)),
    config,
    eosIds: ends.filter((id): id is number => typeof id === 'number'),
    model: basename(folder),
  });
  if (tokenizer.vocabSize > model.vocabSize) {
    throw new TokenizerMismatchError(basename(folder), tokenizer.vocabSize - 1, model.vocabSize);
  }
  return tokenizer;
}

async function readSentencePiece(
  folder: string,
  config: Readonly<Record<string, unknown>>,
): Promise<object> {
  const path = join(folder, 'tokenizer.model');
  try {
    return sentencePieceModel(path, await readFile(path), config);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new CheckpointError(`${folder} has neither tokenizer.json nor tokenizer.model`);
  }
}

async function readJsonIfPresent(path: string): Promise<Record<string, unknown> | undefined> {
  const text = await readTextIfPresent(path);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    throw new CheckpointError(`${path} is not JSON: ${(error as Error).message}`);
  }
}

async function readJson(path: string): Promise<Record<string, unknown>> {
  const value = await readJsonIfPresent(path);
  if (value === undefined) throw new CheckpointError(`${path} is missing`);
  return value;
}
