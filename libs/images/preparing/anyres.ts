// The whole first, then tiles of it: LLaVA-NeXT.

import type { AnyresProcessor } from '../processors/image-processor.js';
import { placed } from '../resizing/crop.js';
import { resize } from '../resizing/resize.js';
import type { PreparedImage, RgbImage } from '../types.js';
import { fit } from './fit.js';
import { planes } from './planes.js';
import { bestResolution, insideSize } from './sizes.js';
import { tilesOf } from './tiles.js';

export function prepareAnyres(image: RgbImage, processor: AnyresProcessor): PreparedImage {
  const { size, filter, tile, colours } = processor;
  const target = bestResolution(image, processor.resolutions);
  const { width, height } = insideSize(image, target);
  const left = Math.floor((target.width - width) / 2);
  const top = Math.floor((target.height - height) / 2);
  const inside = resize(image, width, height, filter);
  const padded = placed(inside, { left, top, width, height }, target);
  // The whole loses its aspect here.
  const whole =
    'width' in size
      ? resize(image, size.width, size.height, filter)
      : resize(image, size.shortestEdge, size.shortestEdge, filter);
  const all = [whole, ...tilesOf(padded, tile)].map((part) => fit(part, processor));
  const { width: columns, height: rows } = all[0] ?? target;
  return {
    pixels: { dims: [all.length, 3, rows, columns], data: planes(all, colours) },
    layout: {
      kind: 'anyres',
      width: image.width,
      height: image.height,
      rows: target.height / tile,
      columns: target.width / tile,
    },
  };
}
