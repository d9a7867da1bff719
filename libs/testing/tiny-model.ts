// A Llama of a few thousand random parameters with a byte tokenizer, written as a Hugging Face
// folder.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { required } from '#collections/required.js';
import { toHfConfig } from '#models/checkpoints/hf-config.js';
import type { GatedDecoderConfig } from '#models/families/gated-decoder.js';
import { expectedTensors } from '#models/passes/trace.js';
import { matrixSizes } from '#models/tensors/matrix.js';
import type { FloatDtype } from '#models/tensors/safetensors-header.js';
import { writeSafetensors } from '#models/tensors/safetensors.js';
import type { ModelConfig, TensorData } from '#models/types.js';

/** 256 bytes and three special tokens. */
export const TINY_CONFIG: GatedDecoderConfig = {
  modelType: 'llama',
  vocabSize: 259,
  hiddenSize: 32,
  intermediateSize: 48,
  numHiddenLayers: 2,
  numAttentionHeads: 4,
  numKeyValueHeads: 2,
  headDim: 8,
  rmsNormEps: 1e-5,
  rope: { dim: 8, theta: 10000 },
  maxPositionEmbeddings: 256,
  tieWordEmbeddings: true,
};

export const TINY_TEMPLATE =
  '{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}' +
  '{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}';

/** Deterministic random numbers in [-1, 1): a fixture must be the same everywhere. */
function noise(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

/**
 * Random weights for a configuration; norms lie around 1, matrices are scaled so that activations
 * keep their size.
 */
export function tinyWeights(config: ModelConfig = TINY_CONFIG, seed = 1): Map<string, TensorData> {
  const next = noise(seed);
  const weights = new Map<string, TensorData>();
  for (const [name, dims] of expectedTensors(config)) {
    const count = dims.reduce((a, b) => a * b, 1);
    const data = new Float32Array(count);
    const scale = dims.length === 1 ? 0.2 : 2 / Math.sqrt(matrixSizes(dims)[1]);
    for (let i = 0; i < count; i++) data[i] = (dims.length === 1 ? 1 : 0) + scale * next();
    weights.set(name, { dims, data });
  }
  return weights;
}

function isPrintable(byte: number): boolean {
  return (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
}

/**
 * Weights with which a greedy answer never ends by itself: the special tokens' logits are 0, below
 * the largest.
 */
export function endlessWeights(
  config: ModelConfig = TINY_CONFIG,
  seed = 1,
): Map<string, TensorData> {
  const weights = tinyWeights(config, seed);
  required(weights, 'model.embed_tokens.weight').data.fill(0, 256 * config.hiddenSize);
  return weights;
}

/** GPT-2's printable stand-ins for the 256 bytes, in byte order. */
export function byteAlphabet(): string[] {
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) =>
    String.fromCodePoint(isPrintable(byte) ? byte : next++),
  );
}

/** tokenizer.json of a byte-level BPE without merges: ids are bytes, the special tokens follow. */
export function byteTokenizer(
  specials: readonly string[] = ['<|endoftext|>', '<|im_start|>', '<|im_end|>'],
): object {
  const alphabet = byteAlphabet();
  const vocab = Object.fromEntries([...alphabet, ...specials].map((token, id) => [token, id]));
  const byteLevel = {
    type: 'ByteLevel',
    add_prefix_space: false,
    trim_offsets: true,
    use_regex: true,
  };
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: specials.map((content, i) => ({
      id: 256 + i,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: null,
    decoder: byteLevel,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      fuse_unk: false,
      byte_fallback: false,
      vocab,
      merges: [],
    },
  };
}

export interface TinyModelOptions {
  readonly config?: GatedDecoderConfig;
  readonly dtype?: FloatDtype;
  readonly seed?: number;
  /** 2 or more: sharded, with an index. */
  readonly shards?: number;
  readonly weights?: ReadonlyMap<string, TensorData>;
  readonly chatTemplate?: string | null;
  readonly tokenizer?: object;
}

/** Writes the folder and returns its weights, as they were before rounding to `dtype`. */
export async function writeTinyModel(
  folder: string,
  options: TinyModelOptions = {},
): Promise<Map<string, TensorData>> {
  const {
    config = TINY_CONFIG,
    dtype = 'F32',
    seed = 1,
    shards = 1,
    chatTemplate = TINY_TEMPLATE,
  } = options;
  const weights = new Map(options.weights ?? tinyWeights(config, seed));
  await mkdir(folder, { recursive: true });
  const json = (name: string, value: unknown): Promise<void> =>
    writeFile(join(folder, name), JSON.stringify(value));
  await json('config.json', toHfConfig(config));
  await json('tokenizer.json', options.tokenizer ?? byteTokenizer());
  await json('tokenizer_config.json', {
    eos_token: '<|im_end|>',
    pad_token: '<|endoftext|>',
    ...(chatTemplate === null ? {} : { chat_template: chatTemplate }),
  });
  await writeWeights(folder, weights, dtype, shards);
  return weights;
}

async function writeWeights(
  folder: string,
  weights: ReadonlyMap<string, TensorData>,
  dtype: FloatDtype,
  shards: number,
): Promise<void> {
  if (shards < 2)
    return writeFile(join(folder, 'model.safetensors'), writeSafetensors(weights, dtype));
  const map: Record<string, string> = {};
  const entries = [...weights];
  for (let shard = 0; shard < shards; shard++) {
    const file = `model-${String(shard + 1).padStart(5, '0')}-of-${String(shards).padStart(5, '0')}.safetensors`;
    const part = new Map(entries.filter((_, i) => i % shards === shard));
    for (const name of part.keys()) map[name] = file;
    await writeFile(join(folder, file), writeSafetensors(part, dtype));
  }
  await writeFile(
    join(folder, 'model.safetensors.index.json'),
    JSON.stringify({ metadata: {}, weight_map: map }),
  );
}
