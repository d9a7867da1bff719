// A picture at the size that a tower has: resized, and the middle cut out of it.

import type { AnyresProcessor, SingleProcessor } from '../processors/image-processor.js';
import { placed } from '../resizing/crop.js';
import { resize } from '../resizing/resize.js';
import type { RgbImage } from '../types.js';
import { fittedSize } from './sizes.js';

/** What the middle has beyond the picture is black. */
export function fit(
  image: RgbImage,
  { size, crop, filter }: SingleProcessor | AnyresProcessor,
): RgbImage {
  const { width, height } = fittedSize(image, size);
  if (!crop) return resize(image, width, height, filter);
  const across = middle(width, crop.width);
  const down = middle(height, crop.height);
  const area = { left: across.from, top: down.from, width: across.length, height: down.length };
  const part = resize(image, width, height, filter, area);
  if (area.width === crop.width && area.height === crop.height) return part;
  return placed(part, { ...area, left: across.at, top: down.at }, crop);
}

/** From where to where an edge is taken, and where that lies in the middle that is asked for. */
function middle(edge: number, wanted: number) {
  const from = Math.floor((edge - wanted) / 2);
  if (from >= 0 && edge >= wanted) return { from, length: wanted, at: 0 };
  const at = Math.ceil((wanted - edge) / 2);
  return { from: 0, length: edge, at };
}
