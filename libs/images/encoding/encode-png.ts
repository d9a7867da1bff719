// A picture as a PNG file.

import { sharp } from '../decoding/sharp.js';
import type { RgbImage } from '../types.js';

/** Reads back as the same pixels. */
export const encodePng = ({ width, height, data }: RgbImage): Promise<Uint8Array> =>
  sharp(data, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
