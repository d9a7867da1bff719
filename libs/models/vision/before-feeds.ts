// Pictures as a pass is fed with them that has a tower from a block on: each that it shows is seen once,
// however often it is shown.

import { item } from '#collections/items.js';
import type { PassInputs } from '../passes/attention/sequence-inputs.js';
import { orderFeeds, type PlacedFeatures } from '../passes/image-features.js';
import type { PictureFeatures, TileVision } from '../types.js';
import { tileFeatures } from './connector.js';
import { towerTokens } from './tower.js';
import { visionInputs, visionSizes } from './vision-graph.js';

/** Each once. */
export const different = (pictures: readonly PictureFeatures[]): PictureFeatures[] => [
  ...new Map(pictures.map((picture) => [picture.data, picture])).values(),
];

export const tilesOf = ({ tower }: TileVision, pictures: readonly PictureFeatures[]): number =>
  pictures.reduce((sum, { dims }) => sum + item(dims, 0), 0) / towerTokens(tower);

/** @param read how many tokens a pass reads. */
export function beforeFeeds(
  vision: TileVision,
  read: number,
  placed: readonly PlacedFeatures[],
): PassInputs {
  const width = vision.tower.hiddenSize;
  const pictures = different(placed.map(({ features }) => features));
  const tiles = tilesOf(vision, pictures);
  const before = new Float32Array(tiles * towerTokens(vision.tower) * width);
  const firstRows = new Map<Float32Array, number>();
  let at = 0;
  for (const picture of pictures) {
    firstRows.set(picture.data, (at / width / towerTokens(vision.tower)) * tileFeatures(vision));
    before.set(picture.data, at);
    at += picture.data.length;
  }
  const { feeds, sizes } = orderFeeds(read, placed, ({ data }) => firstRows.get(data) ?? 0);
  const fed = { [visionInputs.before]: { dims: [before.length / width, width], data: before } };
  return { feeds: { ...feeds, ...fed }, sizes: { ...sizes, ...visionSizes(vision, tiles) } };
}
