// Gemma 2 (arXiv 2408.00118): every other layer sees a window, soft-capped logits.

import { z } from 'zod';
import { parseRope, ropeKeys } from '../layers/rope-config.js';
import type { Architecture } from './architecture.js';
import { parseConfig } from './config-schema.js';
import { type GemmaConfig, gemmaConfig, gemmaDecoder, gemmaKeys } from './gemma-decoder.js';
import { windowsByLayer } from './windows.js';

const schema = z.looseObject({ ...gemmaKeys, ...ropeKeys, model_type: z.literal('gemma2') });

export const gemma2: Architecture<GemmaConfig> = {
  modelType: 'gemma2',
  ...gemmaDecoder,
  parse(path, json) {
    const config = parseConfig(path, schema, json);
    const windows = windowsByLayer(path, config, (layer) => layer % 2 === 0);
    const rope = parseRope(path, config, config.head_dim);
    const ropes = windows.map(() => rope);
    return gemmaConfig(path, 'gemma2', config, { qkNorm: false, ropes, windows });
  },
};
