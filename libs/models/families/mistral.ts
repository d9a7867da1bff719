// Mistral: Llama's decoder with grouped heads, in which a token sees a sliding window.

import { z } from 'zod';
import type { Architecture } from './architecture.js';
import { count, parseConfig } from './config-schema.js';
import {
  gatedDecoder,
  type GatedDecoderConfig,
  gatedDecoderConfig,
  gatedDecoderKeys,
} from './gated-decoder.js';

const schema = z.looseObject({
  ...gatedDecoderKeys,
  model_type: z.literal('mistral'),
  num_key_value_heads: count.nullable().default(8),
  max_position_embeddings: count.default(131_072),
  sliding_window: count.nullable().default(4096),
});

export const mistral: Architecture<GatedDecoderConfig> = {
  modelType: 'mistral',
  ...gatedDecoder,
  parse(path, json) {
    const config = parseConfig(path, schema, json);
    const { sliding_window: window, num_hidden_layers: layers } = config;
    return gatedDecoderConfig(
      path,
      'mistral',
      config,
      window === null ? {} : { windows: Array.from({ length: layers }, () => window) },
    );
  },
};
