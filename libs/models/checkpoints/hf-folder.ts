// A Hugging Face folder as a checkpoint: config.json, safetensors (one file or shards), tokenizer.

import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CheckpointError } from '../errors/checkpoint.error.js';
import { architectureOf } from '../families/index.js';
import { plainName } from '../tensors/plain-names.js';
import { readSafetensor, readSafetensorHalf, readSafetensorRows } from '../tensors/safetensors.js';
import { readChatTemplate } from '../text/chat-template-file.js';
import { sentencePieceModel } from '../text/sentencepiece-model.js';
import { Tokenizer } from '../text/tokenizer.js';
import type { ModelConfig } from '../types.js';
import { checkTensors } from './check-tensors.js';
import type { Checkpoint } from './checkpoint-type.js';
import { parseHfConfig } from './hf-config.js';
import { type Located, locateTensors } from './hf-weights.js';
import { type JsonObject, readJson, readJsonIfPresent } from './json-file.js';
import { withOwnHead } from './own-head.js';
import { storedDtype } from './stored-dtype.js';

export async function openHfFolder(folder: string): Promise<Checkpoint> {
  const configPath = join(folder, 'config.json');
  const hfConfig = await readJson(configPath);
  const said = parseHfConfig(configPath, hfConfig);
  const located = await locateTensors(folder);
  const tensors = said.vision
    ? withPlainNames(folder, located)
    : withPrefix(located, architectureOf(said).prefix);
  const config = await withOwnHead(said, (name) => spanOf(tensors, name));
  checkTensors(folder, config, tensors);
  const entryOf = (name: string): Located => {
    const entry = tensors.get(name);
    if (!entry) throw new CheckpointError(`${folder}: there is no tensor ${name}`);
    return entry;
  };
  const matrixTypes = [...tensors.values()]
    .filter(({ dims }) => dims.length > 1)
    .map(({ dtype }) => dtype);
  return {
    name: basename(folder),
    config,
    tensorNames: () => [...tensors.keys()],
    dims: (name) => entryOf(name).dims,
    read: (name) => readSafetensor(entryOf(name).file, name, entryOf(name)),
    readRows: (name, rows) => readSafetensorRows(entryOf(name).file, name, entryOf(name), rows),
    dtype: storedDtype(matrixTypes),
    storesHalves: matrixTypes.some((dtype) => dtype === 'F16' || dtype === 'BF16'),
    readHalf: (name) => readSafetensorHalf(entryOf(name).file, entryOf(name)),
    tokenizer: () => openTokenizer(folder, config),
    hfConfig,
    companions: () => readCompanions(folder),
  };
}

function spanOf(tensors: ReadonlyMap<string, Located>, name: string) {
  const entry = tensors.get(name);
  return entry && { ...entry, type: entry.dtype };
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

/** @throws CheckpointError where two tensors have the same name, in different forms. */
function withPlainNames(
  folder: string,
  tensors: ReadonlyMap<string, Located>,
): Map<string, Located> {
  const named = new Map<string, Located>();
  for (const [name, entry] of tensors) {
    const plain = plainName(name);
    if (named.has(plain))
      throw new CheckpointError(`${folder}: tensor ${name} is there under another name, too`);
    named.set(plain, entry);
  }
  return named;
}

/**
 * What loaders look for beside configuration and weights; .py is code that a configuration may
 * point to.
 */
const COMPANION =
  /^(tokenizer.*|special_tokens_map\.json|added_tokens\.json|vocab\.(json|txt)|merges\.txt|chat_template.*|generation_config\.json|(pre)?processor_config\.json|.*\.(model|tiktoken|py))$/;

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

/**
 * Reads tokenizer.json, or else tokenizer.model, and its companions; a tokenizer whose ids the
 * weights do not know is refused.
 */
async function openTokenizer(folder: string, model: ModelConfig): Promise<Tokenizer> {
  const template = await readChatTemplate(folder);
  const config = {
    ...withSpecials(
      (await readJsonIfPresent(join(folder, 'tokenizer_config.json'))) ?? {},
      await readJsonIfPresent(join(folder, 'special_tokens_map.json')),
    ),
    ...template,
  };
  const generation = await readJsonIfPresent(join(folder, 'generation_config.json'));
  const modelConfig = await readJsonIfPresent(join(folder, 'config.json'));
  const text = modelConfig?.['text_config'] as JsonObject | null | undefined;
  const ends = [
    generation?.['eos_token_id'],
    modelConfig?.['eos_token_id'],
    text?.['eos_token_id'],
  ].flat();
  return new Tokenizer({
    tokenizer:
      (await readJsonIfPresent(join(folder, 'tokenizer.json'))) ??
      (await readSentencePiece(folder, config)),
    config,
    eosIds: ends.filter((id): id is number => typeof id === 'number'),
    rows: model.vocabSize,
    imageToken: model.vision?.imageToken,
    model: basename(folder),
  });
}

/**
 * Older folders name special tokens in a file of their own, which holds where the configuration
 * names none and has no `added_tokens_decoder`, as in transformers.
 */
function withSpecials(config: JsonObject, map: JsonObject | undefined): JsonObject {
  if (!map || 'added_tokens_decoder' in config) return config;
  const unnamed = Object.entries(map).filter(([key]) => !config[key]);
  return { ...config, ...Object.fromEntries(unnamed) };
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
