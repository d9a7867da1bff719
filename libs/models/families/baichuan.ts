// Baichuan-7B: Llama's block with one matrix (W_pack) for queries, keys and values.

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
  model_type: z.literal('baichuan'),
  ...gatedDecoderKeys,
  // What tells the published ones apart: the 13B lacks this key, Baichuan 2 has the other one.
  max_position_embeddings: z
    .number({
      error:
        'expected a positive integer; without it a Baichuan is a 13B, whose ALiBi is not supported',
    })
    .int()
    .positive(),
  z_loss_weight: z
    .undefined({
      error:
        'expected none; Baichuan 2, which has it, normalises the rows of its head and is not supported',
    })
    .optional(),
});

export const baichuan: Architecture<GatedDecoderConfig> = {
  modelType: 'baichuan',
  ...gatedDecoder,
  parse: (path, json) =>
    gatedDecoderConfig(path, 'baichuan', parseConfig(path, schema, json), { fusedQkv: 'W_pack' }),
};
