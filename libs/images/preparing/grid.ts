// Patches in the order in which they are merged: Qwen2-VL.

import type { GridProcessor } from '../processors/image-processor.js';
import { resize } from '../resizing/resize.js';
import type { PreparedImage, RgbImage } from '../types.js';
import { sampleTable } from './planes.js';
import { gridSize } from './sizes.js';

export function prepareGrid(image: RgbImage, processor: GridProcessor): PreparedImage {
  const { patch, frames } = processor;
  const { width, height } = gridSize(image, processor);
  const resized = resize(image, width, height, processor.filter);
  const [h, w] = [height / patch, width / patch];
  return {
    pixels: { dims: [h * w, 3 * frames * patch * patch], data: patches(resized, processor) },
    layout: { kind: 'grid', t: 1, h, w },
  };
}

/** By rows and columns of groups, rows and columns in a group; then channel, frame, row, column. */
function patches({ width, height, data }: RgbImage, processor: GridProcessor): Float32Array {
  const { patch, merge, frames, colours } = processor;
  const tables = sampleTable(colours);
  const out = new Float32Array(width * height * 3 * frames);
  const group = patch * merge;
  const frame = patch * patch;
  let to = 0;
  for (let top = 0; top < height; top += group)
    for (let left = 0; left < width; left += group)
      for (let corner = 0; corner < merge * merge; corner++) {
        const y = top + Math.floor(corner / merge) * patch;
        const x = left + (corner % merge) * patch;
        for (let channel = 0; channel < 3; channel++) {
          const table = tables[channel]!;
          for (let i = 0; i < frame; i++) {
            const row = y + Math.floor(i / patch);
            const column = x + (i % patch);
            out[to + i] = table[data[(row * width + column) * 3 + channel]!]!;
          }
          for (let again = 1; again < frames; again++)
            out.copyWithin(to + again * frame, to, to + frame);
          to += frames * frame;
        }
      }
  return out;
}
