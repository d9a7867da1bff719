// What the tower of Qwen2-VL is fed with beside a picture's patches: their rotation and, for
// Qwen2.5-VL, the windows that they are in.

import type { ImageLayout } from '#contracts/image-layout.js';
import { CheckpointError } from '../errors/checkpoint.error.js';
import type { InputData } from '../passes/attention/input-data.js';
import { HIDDEN, type PassInputs } from '../passes/attention/sequence-inputs.js';
import type { GridTowerConfig, GridVision } from '../types.js';
import { gridDims, gridInputs, windowSize } from './grid-tower.js';

export type Grid = Extract<ImageLayout, { kind: 'grid' }>;

/** Rows and columns of a picture's features. @throws CheckpointError for one that another processor prepared. */
export function featureGrid(
  { modelType, tower: { merge } }: GridVision,
  { t, h, w }: Grid,
): [rows: number, columns: number] {
  if (t === 1 && h % merge === 0 && w % merge === 0) return [h / merge, w / merge];
  throw new CheckpointError(
    `pictures of this ${modelType} model are of one frame and a multiple of ${merge} patches a side, found ${t} of ${w} x ${h}: does preprocessor_config.json belong to it?`,
  );
}

/** Row and column of each patch of a picture: those of a feature lie one after the other. */
function patchPlaces({ merge }: GridTowerConfig, { h, w }: Grid): [row: number, column: number][] {
  const across = w / merge;
  return Array.from({ length: h * w }, (_, patch) => {
    const [square, corner] = [Math.floor(patch / merge ** 2), patch % merge ** 2];
    return [
      Math.floor(square / across) * merge + Math.floor(corner / merge),
      (square % across) * merge + (corner % merge),
    ];
  });
}

/** Sizes of a pass over a picture. */
export function gridSizes(tower: GridTowerConfig, { h, w }: Grid): Record<string, number> {
  const windows = tower.windows ? across(tower, h) * across(tower, w) : 0;
  return {
    [gridDims.patches]: h * w,
    [gridDims.features]: (h * w) / tower.merge ** 2,
    [gridDims.windows]: windows,
    [gridDims.slots]: windows * windowSize(tower),
  };
}

/** Windows beside each other; the last may be narrower. */
const across = ({ windows }: GridTowerConfig, patches: number): number =>
  Math.ceil(patches / (windows?.side ?? patches));

/** Of a picture's patches. */
export function gridFeeds(tower: GridTowerConfig, layout: Grid): PassInputs {
  const places = patchPlaces(tower, layout);
  const rows = BigInt64Array.from(places, (_, patch) => BigInt(patch));
  return {
    feeds: {
      ...rotation(tower, places),
      [gridInputs.rows]: { dims: [places.length, 1], data: rows },
      ...(tower.windows ? windowFeeds(tower, layout, places) : {}),
    },
    sizes: gridSizes(tower, layout),
  };
}

/** The first half of a head's pairs turns by the row, the second by the column, at the same rates. */
function rotation(
  { hiddenSize, numAttentionHeads, theta }: GridTowerConfig,
  places: readonly (readonly [number, number])[],
): Record<string, InputData> {
  const pairs = hiddenSize / numAttentionHeads / 2;
  const rates = Array.from({ length: pairs / 2 }, (_, i) => theta ** ((-2 * i) / pairs));
  const angles = places.flatMap((place) => place.flatMap((at) => rates.map((rate) => at * rate)));
  const table = (f: (x: number) => number): InputData => ({
    dims: [places.length, pairs],
    data: Float32Array.from(angles, f),
  });
  return { [gridInputs.cosine]: table(Math.cos), [gridInputs.sine]: table(Math.sin) };
}

function windowFeeds(
  tower: GridTowerConfig,
  { h, w }: Grid,
  places: readonly (readonly [number, number])[],
): Record<string, InputData> {
  const size = windowSize(tower);
  const { side } = tower.windows ?? { side: 1 };
  const columns = across(tower, w);
  const windowOf = ([row, column]: readonly [number, number]): number =>
    Math.floor(row / side) * columns + Math.floor(column / side);
  const windows = across(tower, h) * columns;
  const filled = new Uint32Array(windows);
  const inSlots = new BigInt64Array(windows * size);
  const mask = new Float32Array(windows * size).fill(HIDDEN);
  const slotOf = BigInt64Array.from(places, (place, patch) => {
    const window = windowOf(place);
    const slot = window * size + (filled[window] ?? 0);
    filled[window] = (filled[window] ?? 0) + 1;
    inSlots[slot] = BigInt(patch);
    mask[slot] = 0;
    return BigInt(slot);
  });
  return {
    [gridInputs.inSlots]: { dims: [inSlots.length], data: inSlots },
    [gridInputs.slotOf]: { dims: [places.length], data: slotOf },
    [gridInputs.mask]: { dims: [windows, 1, 1, size], data: mask },
  };
}
