// The features of a picture that was cut into tiles, as one picture: LLaVA-NeXT's.

import { required } from '#collections/required.js';
import type { ImageLayout } from '#contracts/image-layout.js';
import type { PictureFeatures, TensorData, TileVision, VisionConfig } from '../types.js';
import { connectorWidth, tileFeatures } from './connector.js';
import { gridOf } from './tower.js';

type Anyres = Extract<ImageLayout, { kind: 'anyres' }>;

/** [hidden of the text]: stands behind each row of features. */
export const NEWLINE = 'image_newline';

/** Rows and columns of features, ends excluded, that show the picture and not what pads it. */
interface Shown {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** As transformers' unpad_image: what is cut off is the same on both sides. */
export function shownFeatures({ tower }: TileVision, layout: Anyres): Shown {
  const grid = gridOf(tower);
  const { width, height } = layout;
  const [rows, columns] = [layout.rows * grid, layout.columns * grid];
  if (width / height > columns / rows) {
    const top = Math.floor((rows - whole(height * (columns / width))) / 2);
    return { top, bottom: rows - top, left: 0, right: columns };
  }
  const left = Math.floor((columns - whole(width * (rows / height))) / 2);
  return { top: 0, bottom: rows, left, right: columns - left };
}

/** What lies a rounding error below a whole number is meant to be it. */
const whole = (x: number): number => Math.floor(Number(x.toFixed(7)));

/** How many features a picture of this layout has, ends of rows included. */
export function anyresFeatures(vision: TileVision, layout: Anyres): number {
  const { top, bottom, left, right } = shownFeatures(vision, layout);
  return gridOf(vision.tower) ** 2 + (bottom - top) * (right - left + 1);
}

/**
 * Features in the order of the prompt. Where pictures are not put together of tiles they are as the
 * tower's graph gives them.
 * @param features of all tiles, one after the other, as the graph gives them
 * @param weights those of the tower
 */
export const arrangeFeatures = (
  vision: VisionConfig,
  layout: ImageLayout,
  features: Float32Array,
  weights: ReadonlyMap<string, TensorData>,
): Float32Array =>
  layout.kind !== 'anyres' || vision.layout === 'grid'
    ? features
    : arranged(vision, layout, features, required(weights, NEWLINE).data);

/** The same of what a connector reads, which makes nothing of what ends a row. */
export function arrangeRows(
  vision: VisionConfig,
  layout: ImageLayout,
  rows: Float32Array,
): Pick<PictureFeatures, 'data' | 'newlines'> {
  if (layout.kind !== 'anyres' || vision.layout === 'grid') return { data: rows };
  const width = connectorWidth(vision);
  const marks = new Float32Array(rows.length / width);
  const found = arranged(vision, layout, marks, Float32Array.of(1));
  return {
    data: arranged(vision, layout, rows, new Float32Array(width)),
    newlines: Uint8Array.from(found),
  };
}

/** Where a connector's rows of so many tiles stand, as `PictureFeatures` has it. */
export function orderOf(
  vision: TileVision,
  layout: ImageLayout,
  tiles: number,
): Pick<PictureFeatures, 'order' | 'newlines'> {
  const own = Float32Array.from({ length: tiles * tileFeatures(vision) }, (_, row) => row);
  if (layout.kind !== 'anyres') return { order: Int32Array.from(own) };
  const found = arranged(vision, layout, own, Float32Array.of(-1));
  return {
    order: Int32Array.from(found, (row) => Math.max(0, row)),
    newlines: Uint8Array.from(found, (row) => Number(row < 0)),
  };
}

/** @param newline stands behind each row. */
function arranged(
  vision: TileVision,
  layout: Anyres,
  features: Float32Array,
  newline: Float32Array,
): Float32Array {
  const { length: size } = newline;
  const grid = gridOf(vision.tower);
  const { top, bottom, left, right } = shownFeatures(vision, layout);
  const all = new Float32Array(anyresFeatures(vision, layout) * size);
  const tile = grid * grid;
  all.set(features.subarray(0, tile * size));
  let filled = tile * size;
  const put = (feature: Float32Array): void => {
    all.set(feature, filled);
    filled += size;
  };
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      // The whole comes before the tiles.
      const at = 1 + Math.floor(y / grid) * layout.columns + Math.floor(x / grid);
      const feature = at * tile + (y % grid) * grid + (x % grid);
      put(features.subarray(feature * size, (feature + 1) * size));
    }
    put(newline);
  }
  return all;
}
