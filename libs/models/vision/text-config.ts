// The text's part of config.json, read as the plain family's, with transformers' defaults for what it
// leaves out.

import { CheckpointError } from '../errors/checkpoint.error.js';
import { told } from '../errors/told.js';
import { architectureOf } from '../families/index.js';
import type { ModelConfig } from '../types.js';

type Json = Readonly<Record<string, unknown>>;

const llama = {
  vocab_size: 32_000,
  hidden_size: 4096,
  intermediate_size: 11_008,
  num_hidden_layers: 32,
  num_attention_heads: 32,
};

/** By model_type: published files of models that see leave out what is so. */
const defaults: Readonly<Record<string, Json>> = {
  llama,
  mistral: { ...llama, intermediate_size: 14_336 },
  qwen2: { ...llama, vocab_size: 151_936, intermediate_size: 22_016 },
  phi3: { ...llama, vocab_size: 32_064, hidden_size: 3072, intermediate_size: 8192 },
};

export interface TextOptions {
  /** Families that the text may be of. */
  readonly known: readonly string[];
  /** What the text is where there is no part for it at all. */
  readonly absent?: Json;
}

/**
 * @param path of config.json, for messages.
 * @throws CheckpointError naming the key, its value and what was expected.
 */
export function textConfig(
  path: string,
  given: Json | null | undefined,
  { known, absent = {} }: TextOptions,
): ModelConfig {
  const own = given ?? absent;
  const modelType = own['model_type'] ?? 'llama';
  if (typeof modelType !== 'string' || !known.includes(modelType))
    throw new CheckpointError(
      `${path}: text_config.model_type: expected one of ${known.join(', ')}, found ${told(modelType)}`,
    );
  const json = { ...defaults[modelType], ...own, model_type: modelType };
  return architectureOf({ modelType }).parse(`${path}: text_config`, json);
}
