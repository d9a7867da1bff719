// The chunks of a WebP file, walked to the end.

import { ImageError } from '../errors/image.error.js';
import type { ImageHeader } from './header.js';
import { orientationOf } from './orientation.js';

const MOVES = 0x02;

/** @throws ImageError where it is cut off, or moves. */
export function readWebpHeader(bytes: Buffer): ImageHeader {
  const end = bytes.readUInt32LE(4) + 8;
  if (end > bytes.length) throw cut();
  let canvas: Size | undefined;
  let size: Size | undefined;
  let exif: Buffer | undefined;
  let xmp: Buffer | undefined;
  for (let at = 12; at + 8 <= end;) {
    const name = bytes.toString('latin1', at, at + 4);
    const length = bytes.readUInt32LE(at + 4);
    if (at + 8 + length > end) throw cut();
    const data = bytes.subarray(at + 8, at + 8 + length);
    if (name === 'VP8X') canvas = canvasSize(data);
    if (name === 'VP8 ') size ??= lossySize(data);
    if (name === 'VP8L') size ??= losslessSize(data);
    if (name === 'EXIF') exif ??= data;
    if (name === 'XMP ') xmp ??= data;
    at += 8 + length + (length % 2);
  }
  if (!size) throw new ImageError('a WebP picture has no pixels: expected a chunk VP8 or VP8L');
  return {
    format: 'webp',
    samples: 'plain',
    ...(canvas ?? size),
    orientation: orientationOf(exif, xmp),
  };
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function canvasSize(data: Buffer): Size {
  if (data.length < 10) throw cut();
  if (data.readUInt8(0) & MOVES)
    throw new ImageError('a WebP picture moves: expected one that stands still');
  return { width: data.readUIntLE(4, 3) + 1, height: data.readUIntLE(7, 3) + 1 };
}

function lossySize(data: Buffer): Size {
  if (data.length < 10) throw cut();
  return { width: data.readUInt16LE(6) & 0x3fff, height: data.readUInt16LE(8) & 0x3fff };
}

function losslessSize(data: Buffer): Size {
  if (data.length < 5) throw cut();
  const bits = data.readUInt32LE(1);
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}

const cut = () =>
  new ImageError('a WebP picture is cut off: expected all that its chunks announce');
