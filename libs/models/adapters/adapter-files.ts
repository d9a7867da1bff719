// Adapters as files: PEFT's two (or its shards), or a fully fine-tuned model's weights.
// Format: https://huggingface.co/docs/peft/developer_guides/checkpoint

import { AdapterError } from '../errors/adapter.error.js';
import { CheckpointError } from '../errors/checkpoint.error.js';
import { plainName } from '../tensors/plain-names.js';
import { FLOAT_BYTES } from '../tensors/safetensors-header.js';
import { listSafetensors, parseSafetensors, writeSafetensors } from '../tensors/safetensors.js';
import { shardWeights } from '../tensors/shards.js';
import { parseJson } from '../text/parse-json.js';
import type { AdapterFiles, TensorData } from '../types.js';
import { parseAdapterConfig, writeAdapterConfig } from './adapter-config.js';
import {
  type Adapter,
  adaptedWeights,
  adapterTensorName,
  embeddingTensorName,
  moduleName,
  rankOf,
  savedTensorName,
  savedTensors,
} from './adapter.js';

const CONFIG = 'adapter_config.json';
const ADAPTER = 'adapter_model';
const WEIGHTS = 'model';

/** @throws AdapterError naming the file, key or tensor and what was expected. */
export function readAdapter(files: AdapterFiles): Adapter {
  return files[CONFIG] ? readPeft(files, files[CONFIG]) : readWeights(files);
}

/** What its tensors take in memory, where they are float32. @throws AdapterError */
export function adapterBytes(files: AdapterFiles): number {
  const parts = Object.entries(files).filter(([name]) => name.endsWith('.safetensors'));
  const dims = parts.flatMap(([name, bytes]) =>
    [...readPart(() => listSafetensors(bytes, name)).values()].map((entry) => entry.dims),
  );
  return dims.reduce((sum, sizes) => sum + sizes.reduce((a, b) => a * b, FLOAT_BYTES.F32), 0);
}

/** Its tensors, by the names that they have here, without what makes them an adapter's. @throws AdapterError */
export function adapterTensorNames(files: AdapterFiles): string[] {
  const parts = Object.entries(files).filter(([name]) => name.endsWith('.safetensors'));
  return parts
    .flatMap(([name, bytes]) => [...readPart(() => listSafetensors(bytes, name)).keys()])
    .map((name) => plainName(name.replace(savedTensorName(''), '')));
}

function readPeft(files: AdapterFiles, config: Uint8Array): Adapter {
  // PEFT keeps the base's own tensor of an adapted embedding or head under base_layer.
  const stored = [...parseParts(files, ADAPTER)].map(
    ([name, tensor]) => [name.replace('.base_layer.', '.'), tensor] as const,
  );
  for (const [name] of stored) checkName(name);
  const tensors = new Map(stored.map(([name, tensor]) => [plainSavedName(name), tensor]));
  const weights = adaptedWeights({ tensors });
  if (weights.length === 0) throw new AdapterError(`${ADAPTER}.safetensors holds no lora_A tensor`);
  const settings = parseAdapterConfig(config, weights.map(moduleName));
  for (const weight of weights) checkPair(tensors, weight, rankOf(settings, weight));
  return { ...settings, tensors };
}

/** An adapter of a model that sees names its text as a part; here it is named as the text alone. */
const plainSavedName = (name: string): string =>
  savedTensorName(plainName(name.slice(savedTensorName('').length)));

const UNKNOWN_PART = /\.lora_(?!(A\.weight|B\.weight|embedding_A|embedding_B)$)/;

function checkName(name: string): void {
  if (!name.startsWith(savedTensorName('')))
    throw new AdapterError(
      `${ADAPTER}.safetensors: ${name}: expected a name that begins with ${savedTensorName('')}`,
    );
  if (UNKNOWN_PART.test(name))
    throw new AdapterError(
      `${ADAPTER}.safetensors: ${name} is not supported, expected lora_A and lora_B without biases or magnitudes`,
    );
}

function checkPair(tensors: ReadonlyMap<string, TensorData>, weight: string, r: number): void {
  const isEmbedding = tensors.has(embeddingTensorName(weight, 'A'));
  const nameOf = isEmbedding ? embeddingTensorName : adapterTensorName;
  const [a, b] = [tensors.get(nameOf(weight, 'A')), tensors.get(nameOf(weight, 'B'))];
  if (a?.dims.length === 2 && b?.dims.length === 2 && a.dims[0] === r && b.dims[1] === r) return;
  throw new AdapterError(
    `${weight}: expected lora_A [${r}, in] and lora_B [out, ${r}], found [${a?.dims.join(', ') ?? ''}] and [${b?.dims.join(', ') ?? ''}]`,
  );
}

function readWeights(files: AdapterFiles): Adapter {
  if (!files[`${WEIGHTS}.safetensors`] && !files[`${WEIGHTS}.safetensors.index.json`]) {
    throw new AdapterError(
      `there is no adapter: expected ${CONFIG} with ${ADAPTER}.safetensors, or ${WEIGHTS}.safetensors, found ${Object.keys(files).join(', ') || 'nothing'}`,
    );
  }
  return wholeModel(parseParts(files, WEIGHTS));
}

/** A fully fine-tuned model as an adapter. @param weights by the model's names */
export function wholeModel(weights: ReadonlyMap<string, TensorData>): Adapter {
  const tensors = new Map([...weights].map(([name, tensor]) => [savedTensorName(name), tensor]));
  return { r: 1, alpha: 1, targetModules: [], keepsTie: true, tensors };
}

/** All tensors of `stem`.safetensors or of the shards that its index names. */
function parseParts(files: AdapterFiles, stem: string): Map<string, TensorData> {
  const index = files[`${stem}.safetensors.index.json`];
  const names = index ? shardNames(index, stem) : [`${stem}.safetensors`];
  const tensors = new Map<string, TensorData>();
  for (const name of names) {
    const bytes = Object.hasOwn(files, name) ? files[name] : undefined;
    if (!bytes)
      throw new AdapterError(
        files[`${stem}.bin`]
          ? `${stem}.bin is a pickle, expected safetensors`
          : `${name} is missing`,
      );
    for (const [tensor, data] of readPart(() => parseSafetensors(bytes, name))) {
      checkNumbers(name, tensor, data);
      tensors.set(tensor, data);
    }
  }
  return tensors;
}

/** One such number makes every logit NaN. */
function checkNumbers(file: string, name: string, { data }: TensorData): void {
  const bad = data.find((value) => !Number.isFinite(value));
  if (bad !== undefined)
    throw new AdapterError(`${file}: ${name} holds ${bad}, expected finite numbers`);
}

function shardNames(index: Uint8Array, stem: string): string[] {
  try {
    const { weight_map: map } = parseJson(new TextDecoder().decode(index)) as {
      weight_map: Record<string, string>;
    };
    return [...new Set(Object.values(map))].toSorted();
  } catch {
    throw new AdapterError(
      `${stem}.safetensors.index.json: weight_map: expected an object of file names`,
    );
  }
}

function readPart<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof CheckpointError) throw new AdapterError(error.message);
    throw error;
  }
}

/** Bytes of a shard: hashing and reading take at most 2 GiB at a time. */
const SHARD_BYTES = 2 ** 30;

/**
 * Equal adapters give equal bytes: keys and tensors are in a fixed order.
 * @param nameOf what PEFT calls a tensor or module of the model. Default: as we do.
 */
export function writeAdapter(
  adapter: Adapter,
  nameOf: (name: string) => string = (name) => name,
): AdapterFiles {
  if (adaptedWeights(adapter).length > 0) {
    const named = [...adapter.tensors].map(
      ([name, tensor]) =>
        [savedTensorName(nameOf(name.slice(savedTensorName('').length))), tensor] as const,
    );
    const targetModules = adapter.targetModules.map(nameOf);
    return {
      [CONFIG]: writeAdapterConfig({ ...adapter, targetModules }),
      [`${ADAPTER}.safetensors`]: writeSafetensors(new Map(named)),
    };
  }
  const weights = savedTensors(adapter);
  const { files, index } = shardWeights(
    WEIGHTS,
    [...weights].map(([name, tensor]) => ({ name, ...tensor })),
    'F32',
    SHARD_BYTES,
  );
  const parts = files.map(({ file, tensors }) => [
    file,
    writeSafetensors(new Map(tensors.map((tensor) => [tensor.name, tensor]))),
  ]);
  return {
    ...Object.fromEntries(parts),
    ...(index ? { [`${WEIGHTS}.safetensors.index.json`]: new TextEncoder().encode(index) } : {}),
  };
}
