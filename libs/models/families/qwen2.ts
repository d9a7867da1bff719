// Qwen 2 and 2.5: Llama's decoder with biases on queries, keys and values, and a window in its
// upper layers if asked for.

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
  model_type: z.literal('qwen2'),
  num_key_value_heads: count.nullable().default(32),
  max_position_embeddings: count.default(32_768),
});

export const qwen2: Architecture<GatedDecoderConfig> = {
  modelType: 'qwen2',
  ...gatedDecoder,
  parse(path, json) {
    const config = parseConfig(path, schema, json);
    return gatedDecoderConfig(path, 'qwen2', config, { qkvBias: true, ...windowsOf(path, config) });
  },
};
