// Qwen2-VL: pictures of any size as patches, rotated by row and column, in a Qwen2 that is so, too.

import { z } from 'zod';
import { count, parseConfig } from '../families/config-schema.js';
import { activationKey } from '../layers/activations.js';
import { gridFamily, sharedTower, towerKeys } from './grid-config.js';

const schema = z.looseObject({
  ...towerKeys,
  embed_dim: count.default(1280),
  mlp_ratio: count.default(4),
  /** Of a feature. */
  hidden_size: count.default(3584),
  hidden_act: activationKey.default('quick_gelu'),
});

export const qwen2Vl = gridFamily('qwen2_vl', (path, json) => {
  const config = parseConfig(path, schema, json);
  const hiddenSize = config.embed_dim;
  const shared = sharedTower(path, config, hiddenSize);
  const intermediateSize = hiddenSize * config.mlp_ratio;
  return { tower: { ...shared, hiddenSize, intermediateSize }, features: config.hidden_size };
});
