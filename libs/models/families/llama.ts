// Llama 1 to 3 and what has its shape: SmolLM, Vicuna, TinyLlama.

import { z } from 'zod';
import type { Architecture } from './architecture.js';
import { parseConfig } from './config-schema.js';
import {
  gatedDecoder,
  type GatedDecoderConfig,
  gatedDecoderConfig,
  gatedDecoderKeys,
} from './gated-decoder.js';

const schema = z.looseObject({
  ...gatedDecoderKeys,
  model_type: z.literal('llama'),
  attention_bias: z.boolean().default(false),
  mlp_bias: z.boolean().default(false),
});

export const llama: Architecture<GatedDecoderConfig> = {
  modelType: 'llama',
  ...gatedDecoder,
  parse(path, json) {
    const config = parseConfig(path, schema, json);
    return gatedDecoderConfig(path, 'llama', config, {
      ...(config.attention_bias ? { qkvBias: true, outputBias: true } : {}),
      ...(config.mlp_bias ? { mlpBias: true } : {}),
    });
  },
};
