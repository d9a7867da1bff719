// Which layers see a sliding window, from the keys of config.json that Qwen and others share.
import { z } from 'zod';
import { count } from '../config-schema.js';
import { CheckpointError } from '../errors/checkpoint.error.js';

/** Spread into an architecture's schema. Defaults are transformers'. */
export const windowKeys = {
  use_sliding_window: z.boolean().default(false),
  sliding_window: count.nullable().default(4096),
  max_window_layers: z.number().int().min(0).default(28),
  layer_types: z.array(z.enum(['full_attention', 'sliding_attention'])).nullish(),
};
const keys = z.looseObject({ ...windowKeys, num_hidden_layers: count });

/** By layer, null where it sees everything; undefined where all do. Layers from max_window_layers on have the window, unless layer_types says otherwise. */
export function windowsOf(path: string, json: z.infer<typeof keys>): { windows?: (number | null)[] } {
  const { use_sliding_window: isUsed, sliding_window: window, max_window_layers: first, layer_types: types, num_hidden_layers: layers } = json;
  if (types && types.length !== layers) throw new CheckpointError(`${path}: layer_types: expected ${layers} of them, found ${types.length}`);
  if (!isUsed || window === null) return {};
  return { windows: Array.from({ length: layers }, (_, layer) => ((types ? types[layer] === 'sliding_attention' : layer >= first) ? window : null)) };
}
