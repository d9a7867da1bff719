// Rows of tiles of a picture.

import { crop } from '../resizing/crop.js';
import type { RgbImage } from '../types.js';

/** Row by row. Both sides of the picture are multiples of `tile`. */
export function tilesOf(image: RgbImage, tile: number): RgbImage[] {
  const tiles: RgbImage[] = [];
  for (let top = 0; top < image.height; top += tile)
    for (let left = 0; left < image.width; left += tile)
      tiles.push(crop(image, { left, top, width: tile, height: tile }));
  return tiles;
}
