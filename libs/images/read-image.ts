// Reads a picture of unknown origin.

import { decode } from './decoding/decode.js';
import { upright } from './decoding/upright.js';
import { readHeader } from './headers/read-header.js';
import type { ImageLimits, RgbImage } from './types.js';

/**
 * What transformers' `load_image` makes of it: turned upright by EXIF, `convert('RGB')`. PNG, JPEG
 * and WebP, of one frame.
 * @param declared the media type that whoever sends it says it has.
 * @throws ImageError
 */
export async function readImage(
  bytes: Uint8Array,
  limits: ImageLimits,
  declared?: string,
): Promise<RgbImage> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const header = readHeader(buffer, limits, declared);
  return upright(await decode(buffer, header), header.orientation);
}
