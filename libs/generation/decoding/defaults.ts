// What a request leaves open of a strategy: layers by shares of the model's depth, numbers as the
// strategies' authors have them.

import type { StrategyName } from '#contracts/decoding.js';
import type { ModelConfig } from '#models/types.js';

/** Those that read early layers. */
export type LayeredName = Exclude<StrategyName, 'cad'>;
type Depth = Pick<ModelConfig, 'numHiddenLayers' | 'tieWordEmbeddings'>;

/** From one to the other, both included. */
export const span = (from: number, to: number, step = 1): number[] =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => from + i * step);

/**
 * DeCo's 20 to 28 of 32; of DoLa's low bucket every second one of the first half, from the third where
 * a tied head has the embedding say the token itself; SLED all but the last; energy the second half.
 */
const layers: Readonly<Record<LayeredName, (depth: number, isTied: boolean) => number[]>> = {
  deco: (depth) => span(Math.round(0.625 * depth), Math.round(0.875 * depth)),
  dola: (depth, isTied) => {
    const from = isTied && depth > 2 ? 2 : 0;
    return span(from, Math.max(from, Math.min(Math.ceil(depth / 2), 20) - 1), 2);
  },
  energy: (depth) => span(Math.ceil(depth / 2), depth),
  sled: (depth) => span(Math.min(1, depth - 1), depth - 1),
};

/** The layers that a strategy reads where a request names none. */
export const layersOf = (name: LayeredName, config: Depth): number[] =>
  layers[name](config.numHiddenLayers, config.tieWordEmbeddings);

/** The strategies' numbers. */
export const numbers = {
  cad: { alpha: 0.5 },
  deco: { alpha: 0.6, topP: 0.9, topK: 20 },
  dola: { threshold: 0.1 },
  energy: {},
  sled: { alpha: 2, topK: 10 },
} as const;
