// Qwen2.5-VL: Qwen2-VL with windows in most layers of the tower, RMSNorm and gated MLPs.

import { z } from 'zod';
import { CheckpointError } from '../errors/checkpoint.error.js';
import { count, parseConfig } from '../families/config-schema.js';
import { activationKey } from '../layers/activations.js';
import { gridFamily, sharedTower, towerKeys } from './grid-config.js';

const schema = z.looseObject({
  ...towerKeys,
  hidden_size: count.default(3584),
  intermediate_size: count.default(3420),
  out_hidden_size: count.default(3584),
  /** Pixels a side. */
  window_size: count.default(112),
  fullatt_block_indexes: z.array(z.number().int().min(0)).default([7, 15, 23, 31]),
  hidden_act: activationKey.default('silu'),
});

export const qwen25Vl = gridFamily('qwen2_5_vl', (path, json) => {
  const config = parseConfig(path, schema, json);
  const { hidden_size: hiddenSize, window_size: window } = config;
  const shared = sharedTower(path, config, hiddenSize);
  const { merge, patchSize } = shared;
  // Whole features, as many as fit.
  const side = Math.floor(Math.floor(window / merge) / patchSize) * merge;
  if (side === 0)
    throw new CheckpointError(
      `${path}: window_size: expected at least ${merge * patchSize} pixels, found ${window}`,
    );
  const windows = { side, wholes: config.fullatt_block_indexes };
  return {
    tower: { ...shared, hiddenSize, intermediateSize: config.intermediate_size, windows },
    features: config.out_hidden_size,
  };
});
