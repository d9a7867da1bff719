import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { goldenRoot } from '#testing/golden.js';
import { sharp } from './decoding/sharp.js';
import { ImageError } from './errors/image.error.js';
import { readImage } from './read-image.js';
import { chunk, png } from './testing/png-file.js';
import { imageLimits } from './types.js';

const file = (name: string): Buffer => readFileSync(join(goldenRoot, 'images/files', name));
const read = (bytes: Uint8Array, declared?: string) => readImage(bytes, imageLimits, declared);

/** What is read, or why not. Any other error is thrown. */
async function outcome(bytes: Uint8Array): Promise<string> {
  try {
    const { width, height, data } = await read(bytes);
    return data.length === width * height * 3 ? 'read' : 'of another size';
  } catch (error) {
    if (error instanceof ImageError) return error.message;
    throw error;
  }
}

test.each(['rgb-8.png', 'colour-420.jpg', 'progressive.jpg', 'lossy-alpha.webp', 'lossless.webp'])(
  '%s, cut off anywhere, is refused',
  async (name) => {
    const whole = file(name);
    const taken: number[] = [];
    for (let length = 0; length < whole.length; length++)
      if ((await outcome(whole.subarray(0, length))) === 'read') taken.push(length);
    // The last bytes of a RIFF file may fill it up to an even length.
    expect(taken.filter((length) => length < whole.length - 1)).toEqual([]);
  },
);

test.each([
  ['nothing', Buffer.alloc(0), 'a picture has no bytes: expected a PNG, JPEG or WebP'],
  ['noise', Buffer.alloc(999, 7), 'a picture is of no known kind: expected a PNG, JPEG or WebP'],
  ['GIF', Buffer.from('GIF89a\x01\0\x01\0'), 'a picture is GIF: expected a PNG, JPEG or WebP'],
  ['SVG', Buffer.from('<svg xmlns="x"/>'), 'a picture is SVG: expected a PNG, JPEG or WebP'],
  ['XML', Buffer.from('\ufeff<?xml?><svg/>'), 'a picture is SVG: expected a PNG, JPEG or WebP'],
  ['TIFF', Buffer.from('II*\0\x08\0\0\0'), 'a picture is TIFF: expected a PNG, JPEG or WebP'],
  ['AVIF', Buffer.from('\0\0\0\x20ftypavif'), 'a picture is AVIF: expected a PNG, JPEG or WebP'],
  ['HEIC', Buffer.from('\0\0\0\x20ftypheic'), 'a picture is HEIC: expected a PNG, JPEG or WebP'],
  ['PDF', Buffer.from('%PDF-1.7'), 'a picture is PDF: expected a PNG, JPEG or WebP'],
])('%s is refused by name', async (_, bytes, message) => {
  await expect(read(bytes)).rejects.toThrow(ImageError);
  await expect(read(bytes)).rejects.toMatchObject({ message, permanent: true, type: 'image' });
});

test('a picture of another type than its sender says is refused', async () => {
  await expect(read(file('rgb-8.png'), 'image/jpeg')).rejects.toThrow(
    'a picture is PNG, which its media type does not say: expected image/png',
  );
  await expect(read(file('rgb-8.png'), 'image/PNG')).resolves.toMatchObject({ width: 21 });
});

test('limits hold before anything is decoded', async () => {
  const bomb = png(8192, 8192, Buffer.alloc(1000));
  await expect(read(bomb)).rejects.toThrow(
    'a picture is 8192 x 8192 pixels: expected at most 40000000 in all and 8192 a side',
  );
  await expect(read(png(2 ** 31, 1, Buffer.alloc(9)))).rejects.toThrow('2147483648 x 1 pixels');
  await expect(read(png(0, 1, Buffer.alloc(9)))).rejects.toThrow('expected at least 1 x 1');
  const small = { ...imageLimits, bytes: 100 };
  await expect(readImage(file('rgb-8.png'), small)).rejects.toThrow('expected at most 100');
});

test('pictures that move are refused', async () => {
  const moving = png(1, 1, Buffer.alloc(4), chunk('acTL', Buffer.alloc(8)));
  expect(await outcome(moving)).toMatch('expected one that stands still');
  const webp = Buffer.from(file('exif-6.webp'));
  webp.writeUInt8(webp.readUInt8(20) | 2, 20);
  expect(await outcome(webp)).toMatch('expected one that stands still');
});

test('fewer pixels than the header says are refused, more are left alone', async () => {
  expect(await outcome(png(100, 100, Buffer.alloc(5000)))).toMatch(
    'expected one that is not damaged',
  );
  expect(await outcome(png(10, 10, Buffer.alloc(10 * 31 + 10_000_000)))).toBe('read');
});

test('what is packed beside the pixels is not unpacked into memory', async () => {
  const packed = deflateSync(Buffer.alloc(300_000_000), { level: 9 });
  const text = Buffer.concat([Buffer.from('Comment\0\0', 'latin1'), packed]);
  const profile = Buffer.concat([Buffer.from('a profile\0\0', 'latin1'), packed]);
  const before = process.memoryUsage().rss;
  for (const [name, data] of [
    ['zTXt', text],
    ['iCCP', profile],
  ] as const)
    expect(await outcome(png(1, 1, Buffer.alloc(4), chunk(name, data)))).toMatch(/^read$|damaged/);
  expect(process.memoryUsage().rss - before).toBeLessThan(200_000_000);
});

test('a JPEG of endless scans is refused', async () => {
  const whole = file('progressive.jpg');
  const at = whole.lastIndexOf(Buffer.from([0xff, 0xda]));
  const scan = whole.subarray(at, -2);
  const many = Buffer.concat([whole.subarray(0, -2), ...Array(100).fill(scan), whole.subarray(-2)]);
  expect(await outcome(many)).toBe('a JPEG picture has more than 100 scans: expected fewer');
});

test('a JPEG with a few bytes between its segments is read, as cameras write some', async () => {
  const whole = file('colour-420.jpg');
  const at = whole.indexOf(Buffer.from([0xff, 0xc4]));
  const padded = Buffer.concat([whole.subarray(0, at), Buffer.from([1, 2, 3]), whole.subarray(at)]);
  expect(await read(padded)).toEqual(await read(whole));
});

test('sharp itself opens nothing else', async () => {
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
  await expect(sharp(svg).raw().toBuffer()).rejects.toThrow();
  const gif = 'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';
  await expect(sharp(Buffer.from(gif, 'base64')).raw().toBuffer()).rejects.toThrow();
});
