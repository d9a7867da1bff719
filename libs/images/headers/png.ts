// The chunks of a PNG file, walked to the end.

import { ImageError } from '../errors/image.error.js';
import type { ImageHeader } from './header.js';
import { orientationOf } from './orientation.js';

export const PNG_SIGNATURE = '\x89PNG\r\n\x1a\n';
const XMP = 'XML:com.adobe.xmp\0';
/** Without the text: two flags, and empty names of a language and of the keyword in it. */
const XMP_BEGINS = XMP.length + 4;

/** @throws ImageError where it is cut off, or moves. */
export function readPngHeader(bytes: Buffer): ImageHeader {
  if (bytes.toString('latin1', 12, 16) !== 'IHDR' || bytes.length < 33)
    throw new ImageError('a PNG picture does not begin with its header: expected IHDR first');
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const samples = bytes[24] === 16 && bytes[25] === 0 ? 'deep-grey' : 'plain';
  let exif: Buffer | undefined;
  let xmp: Buffer | undefined;
  for (let at = 8; ;) {
    if (at + 12 > bytes.length) throw cut();
    const name = bytes.toString('latin1', at + 4, at + 8);
    const end = at + 8 + bytes.readUInt32BE(at);
    if (end + 4 > bytes.length) throw cut();
    const data = bytes.subarray(at + 8, end);
    if (name === 'acTL')
      throw new ImageError('a PNG picture moves (it is an APNG): expected one that stands still');
    if (name === 'eXIf') exif = data;
    if (name === 'iTXt' && data.toString('latin1', 0, XMP.length) === XMP)
      xmp = data.subarray(XMP_BEGINS);
    if (name === 'IEND') break;
    at = end + 4;
  }
  return { format: 'png', width, height, samples, orientation: orientationOf(exif, xmp) };
}

const cut = () => new ImageError('a PNG picture is cut off: expected all its chunks up to IEND');
