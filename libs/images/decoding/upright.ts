// Turns a picture upright.

import type { RgbImage } from '../types.js';

/** A walk over the file's pixels that meets them in the order of the upright picture. */
interface Walk {
  readonly start: number;
  /** From a pixel to the one right of it, and from a row to the next. */
  readonly step: number;
  readonly row: number;
}

const walks: Readonly<Record<number, (width: number, height: number) => Walk>> = {
  2: (w) => ({ start: w - 1, step: -1, row: w }),
  3: (w, h) => ({ start: w * h - 1, step: -1, row: -w }),
  4: (w, h) => ({ start: (h - 1) * w, step: 1, row: -w }),
  5: (w) => ({ start: 0, step: w, row: 1 }),
  6: (w, h) => ({ start: (h - 1) * w, step: -w, row: 1 }),
  7: (w, h) => ({ start: w * h - 1, step: -w, row: -1 }),
  8: (w) => ({ start: w - 1, step: w, row: -1 }),
};

/** @param orientation EXIF's. 5 to 8 swap width and height. */
export function upright(image: RgbImage, orientation: number): RgbImage {
  const walk = walks[orientation]?.(image.width, image.height);
  if (!walk) return image;
  const [width, height] =
    orientation >= 5 ? [image.height, image.width] : [image.width, image.height];
  const data = new Uint8Array(image.data.length);
  for (let y = 0, to = 0; y < height; y++)
    for (let x = 0; x < width; x++, to += 3) {
      const from = (walk.start + x * walk.step + y * walk.row) * 3;
      data[to] = image.data[from]!;
      data[to + 1] = image.data[from + 1]!;
      data[to + 2] = image.data[from + 2]!;
    }
  return { width, height, data };
}
