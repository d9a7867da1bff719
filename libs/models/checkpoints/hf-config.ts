// config.json of a Hugging Face folder: its model_type says which architecture reads it, and how it
// is written.

import { isDeepStrictEqual } from 'node:util';
import { CheckpointError } from '../errors/checkpoint.error.js';
import { told } from '../errors/told.js';
import type { GatedDecoderConfig } from '../families/gated-decoder.js';
import { findArchitecture, modelTypes } from '../families/index.js';
import type { ModelConfig } from '../types.js';
import { findVisionFamily, visionTypes } from '../vision/families.js';

/** @throws CheckpointError naming the key, its value and what was expected. */
export function parseHfConfig(path: string, json: Readonly<Record<string, unknown>>): ModelConfig {
  const modelType = json['model_type'];
  const family =
    typeof modelType === 'string'
      ? (findArchitecture(modelType) ?? findVisionFamily(modelType))
      : undefined;
  if (!family) {
    const known = [...modelTypes(), ...visionTypes()].toSorted();
    throw new CheckpointError(
      `${path}: model_type: expected one of ${known.join(', ')}, found ${told(modelType)}`,
    );
  }
  const quantization = json['quantization_config'] as { quant_method?: unknown } | null | undefined;
  if (quantization) {
    const found = told(quantization.quant_method ?? quantization);
    throw new CheckpointError(
      `${path}: quantization_config: expected none, found ${found}: take the weights before quantisation, or a GGUF file`,
    );
  }
  return family.parse(path, json);
}

/** Numbers that transformers refuses as whole ones: to Python 30 is no 30.0. */
const FLOATS = /^( *"\w+_(?:softcapping|eps|epsilon|range)": -?\d+)(?=,?$)/gm;

/** The text of config.json. */
export const hfConfigText = (json: Readonly<Record<string, unknown>>): string =>
  `${JSON.stringify(json, null, 2).replace(FLOATS, '$1.0')}\n`;

/**
 * config.json of a plain Llama, for models that are made here.
 * @throws CheckpointError for what such a file cannot say.
 */
export function toHfConfig(config: GatedDecoderConfig): Record<string, unknown> {
  const json = {
    architectures: ['LlamaForCausalLM'],
    model_type: 'llama',
    vocab_size: config.vocabSize,
    hidden_size: config.hiddenSize,
    intermediate_size: config.intermediateSize,
    num_hidden_layers: config.numHiddenLayers,
    num_attention_heads: config.numAttentionHeads,
    num_key_value_heads: config.numKeyValueHeads,
    head_dim: config.headDim,
    hidden_act: 'silu',
    rms_norm_eps: config.rmsNormEps,
    rope_theta: config.rope.theta,
    max_position_embeddings: config.maxPositionEmbeddings,
    tie_word_embeddings: config.tieWordEmbeddings,
    attention_bias: false,
    mlp_bias: false,
  };
  // Read again: a window, a bias or a scaled rotation would be lost without a word.
  if (!isDeepStrictEqual(parseHfConfig('config.json', json), config)) {
    throw new CheckpointError(
      `config.json: only a plain Llama can be written, found ${JSON.stringify(config)}`,
    );
  }
  return json;
}
