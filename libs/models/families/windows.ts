// Which layers see a sliding window, from the keys of config.json that Qwen and others share.

import { z } from 'zod';
import { CheckpointError } from '../errors/checkpoint.error.js';
import { count, layerCount } from './config-schema.js';

/** config.json's own list of what each layer sees, which wins over the family's rule. */
export const layerTypesKey = z.array(z.enum(['full_attention', 'sliding_attention'])).nullish();

/** Spread into an architecture's schema. Defaults are transformers'. */
export const windowKeys = {
  use_sliding_window: z.boolean().default(false),
  sliding_window: count.nullable().default(4096),
  max_window_layers: z.number().int().min(0).default(28),
  layer_types: layerTypesKey,
};
const keys = z.looseObject({ ...windowKeys, num_hidden_layers: layerCount });

export interface LayerTypes {
  readonly num_hidden_layers: number;
  readonly layer_types?: readonly string[] | null;
  readonly sliding_window: number | null;
}

/** The window by layer, null where it sees everything. @param slides the family's rule. */
export function windowsByLayer(
  path: string,
  { num_hidden_layers: layers, layer_types: types, sliding_window: window }: LayerTypes,
  slides: (layer: number) => boolean,
): (number | null)[] {
  if (types && types.length !== layers)
    throw new CheckpointError(
      `${path}: layer_types: expected ${layers} of them, found ${types.length}`,
    );
  return Array.from({ length: layers }, (_, layer) =>
    (types ? types[layer] === 'sliding_attention' : slides(layer)) ? window : null,
  );
}

/**
 * By layer; undefined where all see everything. Layers from max_window_layers on have the window.
 */
export function windowsOf(
  path: string,
  json: z.infer<typeof keys>,
): { windows?: (number | null)[] } {
  const windows = windowsByLayer(path, json, (layer) => layer >= json.max_window_layers);
  return json.use_sliding_window && json.sliding_window !== null ? { windows } : {};
}
