// The segments of a JPEG file, walked to the end.

import { ImageError } from '../errors/image.error.js';
import type { ImageHeader } from './header.js';
import { orientationOf } from './orientation.js';

/** Progressive files are made of about ten; each takes a pass over all pixels. */
const MOST_SCANS = 100;
const EXIF = 'Exif\0\0';
const XMP = 'http://ns.adobe.com/xap/1.0/\0';

/** @throws ImageError where it is cut off, or coded in a way that is not read. */
export function readJpegHeader(bytes: Buffer): ImageHeader {
  let frame: Frame | undefined;
  let scans = 0;
  let exif: Buffer | undefined;
  let xmp: Buffer | undefined;
  for (const { marker, data } of segments(bytes)) {
    if (isFrame(marker)) frame ??= readFrame(marker, data);
    if (marker === 0xda && ++scans > MOST_SCANS)
      throw new ImageError(`a JPEG picture has more than ${MOST_SCANS} scans: expected fewer`);
    if (marker === 0xe1 && begins(data, EXIF)) exif ??= data;
    if (marker === 0xe1 && begins(data, XMP)) xmp = data.subarray(XMP.length);
  }
  if (!frame || scans === 0)
    throw new ImageError('a JPEG picture has no pixels: expected a frame and a scan');
  return { format: 'jpeg', ...frame, orientation: orientationOf(exif, xmp) };
}

const begins = (data: Buffer, text: string): boolean =>
  data.toString('latin1', 0, text.length) === text;

type Frame = Pick<ImageHeader, 'width' | 'height' | 'samples'>;

/** SOF0 to SOF15; DHT, JPG and DAC are between them. */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);

function readFrame(marker: number, data: Buffer): Frame {
  if (marker > 0xc2)
    throw new ImageError(
      'a JPEG picture is lossless, hierarchical or arithmetic: expected baseline or progressive',
    );
  if (data.length < 6)
    throw new ImageError('a JPEG picture has half a header: expected a whole one');
  if (data[0] !== 8)
    throw new ImageError(`a JPEG picture has ${data[0]} bits a sample: expected 8`);
  if (![1, 3, 4].includes(data.readUInt8(5)))
    throw new ImageError(`a JPEG picture has ${data[5]} components: expected 1, 3 or 4`);
  return {
    height: data.readUInt16BE(1),
    width: data.readUInt16BE(3),
    samples: data[5] === 4 ? 'cmyk' : 'plain',
  };
}

interface Segment {
  readonly marker: number;
  readonly data: Buffer;
}

/** Up to the end of the picture: what stands behind it is not looked at. */
function* segments(bytes: Buffer): Generator<Segment> {
  for (let at = 2; ;) {
    at = nextMarker(bytes, at);
    const marker = bytes.readUInt8(at + 1);
    at += 2;
    if (marker === 0xd9) return;
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) continue;
    const end = at + (at + 2 > bytes.length ? Infinity : Math.max(2, bytes.readUInt16BE(at)));
    if (end > bytes.length) throw cut();
    yield { marker, data: bytes.subarray(at + 2, end) };
    at = end;
  }
}

/** Past fill bytes, and past the coded pixels, in which 0xff 0x00 stands for 0xff. */
function nextMarker(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1];
    if (next !== undefined && next !== 0 && next !== 0xff) return at;
  }
  throw cut();
}

const cut = () =>
  new ImageError('a JPEG picture is cut off: expected it to end with its end marker');
