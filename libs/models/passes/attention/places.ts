// Where tokens stand to a rotation by three positions (M-RoPE), as transformers' get_rope_index counts.

import { placedTables } from '../../layers/rope.js';
import type { ModelConfig } from '../../types.js';
import { traceOf } from '../trace.js';
import type { InputData } from './input-data.js';
import { tableInputs } from './rotation.js';
import { sequenceInputNames } from './sequence-attention.js';

/** In time, by row and by column. Text stands at one number on all three. */
export type Place = readonly [time: number, row: number, column: number];

/** Which of a picture's features a token is. */
export interface PlacedFeature {
  readonly index: number;
  readonly grid: readonly [rows: number, columns: number];
}

/**
 * Of a sequence's tokens. A picture's features stand at one time, by their rows and columns from there
 * on; what follows goes on behind the longer side.
 */
export function placesOf(
  length: number,
  featureAt: (token: number) => PlacedFeature | undefined,
): Place[] {
  let [next, begun] = [0, 0];
  return Array.from({ length }, (_, token): Place => {
    const feature = featureAt(token);
    if (!feature) {
      const at = next++;
      return [at, at, at];
    }
    const { index, grid } = feature;
    const [, columns] = grid;
    if (index === 0) [begun, next] = [next, next + Math.max(...grid)];
    return [begun, begun + Math.floor(index / columns), begun + (index % columns)];
  });
}

/** Of tokens that are read; nothing of a model whose rotation has one position. */
export function placeFeeds(
  config: ModelConfig,
  places: readonly Place[],
): Record<string, InputData> {
  const { vision } = config;
  if (vision?.layout !== 'grid') return {};
  // Where no token is a feature, the plain rotation reads them.
  const positions = BigInt64Array.from(places, ([time]) => BigInt(time));
  const feeds: Record<string, InputData> = {
    [sequenceInputNames.positions]: { dims: [places.length], data: positions },
  };
  for (const rope of traceOf(config).ropes) {
    const { cosine, sine } = placedTables(rope, vision.axes, places);
    const names = tableInputs(config, rope);
    const dims = [places.length, rope.dim / 2];
    feeds[names.cosine] = { dims, data: cosine };
    feeds[names.sine] = { dims, data: sine };
  }
  return feeds;
}
