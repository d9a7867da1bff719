// The header of a picture that is about to be decoded, checked against what may come.

import { ImageError } from '../errors/image.error.js';
import type { ImageLimits } from '../types.js';
import type { ImageFormat, ImageHeader } from './header.js';
import { readJpegHeader } from './jpeg.js';
import { kindOf } from './kinds.js';
import { readPngHeader } from './png.js';
import { readWebpHeader } from './webp.js';

const readers: Readonly<Record<ImageFormat, (bytes: Buffer) => ImageHeader>> = {
  png: readPngHeader,
  jpeg: readJpegHeader,
  webp: readWebpHeader,
};

/**
 * @param declared the media type that whoever sends it says it has.
 * @throws ImageError where it is of another kind, of one that is not read, cut off or too large.
 */
export function readHeader(bytes: Buffer, limits: ImageLimits, declared?: string): ImageHeader {
  if (bytes.length === 0)
    throw new ImageError('a picture has no bytes: expected a PNG, JPEG or WebP');
  if (bytes.length > limits.bytes)
    throw new ImageError(`a picture has ${bytes.length} bytes: expected at most ${limits.bytes}`);
  const header = readers[formatOf(bytes, declared)](bytes);
  const { width, height } = header;
  if (width < 1 || height < 1)
    throw new ImageError(`a picture is ${width} x ${height} pixels: expected at least 1 x 1`);
  if (width > limits.side || height > limits.side || width * height > limits.pixels)
    throw new ImageError(
      `a picture is ${width} x ${height} pixels: expected at most ${limits.pixels} in all and ${limits.side} a side`,
    );
  return header;
}

function formatOf(bytes: Buffer, declared?: string): ImageFormat {
  const kind = kindOf(bytes);
  if (!kind) throw new ImageError('a picture is of no known kind: expected a PNG, JPEG or WebP');
  const { name, format } = kind;
  if (!format) throw new ImageError(`a picture is ${name}: expected a PNG, JPEG or WebP`);
  if (declared !== undefined && declared.toLowerCase() !== `image/${format}`)
    throw new ImageError(
      `a picture is ${name}, which its media type does not say: expected image/${format}`,
    );
  return format;
}
