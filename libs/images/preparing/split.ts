// Tiles and the whole as one more: Idefics3, SmolVLM.

import type { TilesProcessor } from '../processors/image-processor.js';
import { resize } from '../resizing/resize.js';
import type { PreparedImage, RgbImage } from '../types.js';
import { planes } from './planes.js';
import { longestEdgeSize, tiledSize } from './sizes.js';
import { tilesOf } from './tiles.js';

export function prepareSplit(image: RgbImage, processor: TilesProcessor): PreparedImage {
  const { filter, tile, colours } = processor;
  const to = ({ width, height }: { width: number; height: number }, from: RgbImage): RgbImage =>
    resize(from, width, height, filter);
  // Twice, as the processor does: each time samples are rounded.
  const long = to(longestEdgeSize(image, processor.longestEdge), image);
  const large = processor.splits
    ? to(tiledSize(long, tile), long)
    : to({ width: tile, height: tile }, long);
  const isOne = large.width === tile && large.height === tile;
  const all = isOne ? [large] : [...tilesOf(large, tile), to({ width: tile, height: tile }, large)];
  return {
    pixels: { dims: [all.length, 3, tile, tile], data: planes(all, colours) },
    layout: {
      kind: 'tiles',
      rows: isOne ? 0 : large.height / tile,
      columns: isOne ? 0 : large.width / tile,
    },
  };
}
