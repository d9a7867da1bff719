// Qwen 3: Llama's decoder with every head of queries and keys normalised, and heads of a size of
// their own.

import { z } from 'zod';
import type { Architecture } from './architecture.js';
import { count, parseConfig } from './config-schema.js';
import {
  gatedDecoder,
  type GatedDecoderConfig,
  gatedDecoderConfig,
  gatedDecoderKeys,
} from './gated-decoder.js';
import { windowKeys, windowsOf } from './windows.js';

const schema = z.looseObject({
  ...gatedDecoderKeys,
  ...windowKeys,
  model_type: z.literal('qwen3'),
  num_key_value_heads: count.nullable().default(32),
  head_dim: count.default(128),
  max_position_embeddings: count.default(32_768),
  attention_bias: z.boolean().default(false),
});

export const qwen3: Architecture<GatedDecoderConfig> = {
  modelType: 'qwen3',
  ...gatedDecoder,
  parse(path, json) {
    const config = parseConfig(path, schema, json);
    const bias = config.attention_bias ? { qkvBias: true, outputBias: true } : {};
    return gatedDecoderConfig(path, 'qwen3', config, {
      qkNorm: true,
      ...bias,
      ...windowsOf(path, config),
    });
  },
};
