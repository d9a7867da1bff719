// PNG files that may lie.

import { crc32, deflateSync } from 'node:zlib';

/** A chunk of a PNG file, with its sum. */
export function chunk(name: string, data: Uint8Array): Buffer {
  const out = Buffer.alloc(data.length + 12);
  out.writeUInt32BE(data.length);
  out.write(name, 4, 'latin1');
  out.set(data, 8);
  out.writeUInt32BE(crc32(out.subarray(4, -4)), out.length - 4);
  return out;
}

/** Of three samples of 8 bits, that says it has so many pixels. @param pixels rows, each behind a filter's byte. */
export function png(
  width: number,
  height: number,
  pixels: Uint8Array,
  ...others: Buffer[]
): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([8, 2], 8);
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  const body = chunk('IDAT', deflateSync(pixels, { level: 9 }));
  const end = chunk('IEND', Buffer.alloc(0));
  return Buffer.concat([signature, chunk('IHDR', header), ...others, body, end]);
}
