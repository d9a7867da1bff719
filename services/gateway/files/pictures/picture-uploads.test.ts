// Pictures that come as files of their own: those that no model could be shown are refused when they come.

import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { chunk, png } from '#images/testing/png-file.js';
import { goldenRoot } from '#testing/golden.js';
import { type TestTenant, useGateway } from '../../testing/gateway.js';
import { PictureCheck } from './picture-check.js';

const MAX = 200_000;
const gateway = useGateway(() => ({ MAX_IMAGE_BYTES: String(MAX) }));
let acme: TestTenant;

beforeAll(async () => {
  acme = await gateway.tenant('acme');
});

const golden = (name: string): Buffer => readFileSync(join(goldenRoot, 'images/files', name));
const upload = (bytes: Buffer) =>
  acme.client.files.create({ file: new File([new Uint8Array(bytes)], 'cat'), purpose: 'vision' });
const spaces = (): Promise<string[]> =>
  readdir(join(gateway.environment().ARTIFACTS!, acme.id)).catch(() => []);

/** A frame of one pixel. */
const FRAME = Buffer.from('2c0000000001000100000202440100', 'hex');
const gif = (frames: number): Buffer =>
  Buffer.concat([
    Buffer.from('GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff', 'latin1'),
    ...Array.from({ length: frames }, () => FRAME),
    Buffer.from(';'),
  ]);
const half = (bytes: Buffer): Buffer => bytes.subarray(0, bytes.length / 2);
function damaged(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  const at = copy.indexOf('IDAT') + 20;
  copy[at] = copy[at]! ^ 0xff;
  return copy;
}

describe('a picture', () => {
  test.each<[string, Buffer, string]>([
    ['a PNG that is cut off', half(golden('rgb-8.png')), 'a PNG picture is cut off'],
    ['a JPEG that is cut off', half(golden('colour-420.jpg')), 'a JPEG picture is cut off'],
    ['a JPEG that lacks a scan', golden('progressive.jpg').subarray(0, -40), 'is cut off'],
    ['a WebP that is cut off', golden('lossy.webp').subarray(0, -9), 'a WebP picture is cut off'],
    ['the first bytes alone', golden('rgb-8.png').subarray(0, 8), 'does not begin with its header'],
    ['damaged pixels', damaged(golden('rgb-8.png')), 'a PNG picture cannot be decoded'],
    ['fewer pixels than it says', png(100, 100, Buffer.alloc(50)), 'cannot be decoded'],
    ['far more than are read', png(60_000, 60_000, Buffer.alloc(9)), 'is 60000 x 60000 pixels'],
    ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'a picture is SVG'],
    ['a GIF of 5,000 frames', gif(5000), 'a picture is GIF: expected a PNG, JPEG or WebP'],
    [
      'one that moves',
      png(1, 1, Buffer.alloc(4), chunk('acTL', Buffer.alloc(8))),
      'a PNG picture moves',
    ],
    ['nothing', Buffer.alloc(0), 'a picture has no bytes'],
  ])('is refused, and not kept: %s', async (_, bytes, message) => {
    const before = await spaces();
    await expect(upload(bytes)).rejects.toMatchObject({
      status: 400,
      code: 'invalid_image',
      param: 'file',
      message: expect.stringContaining('The file cannot be read: a') as string,
    });
    await expect(upload(bytes)).rejects.toThrow(message);
    expect(await spaces()).toEqual(before);
  });

  test('of too many bytes is refused before it is decoded', async () => {
    await expect(upload(Buffer.alloc(MAX + 1))).rejects.toMatchObject({ status: 413 });
  });

  test('of 36 megapixels in 100 kB is decoded', async () => {
    const side = 6000;
    const large = png(side, side, Buffer.alloc(side * (side * 3 + 1)));
    expect(await upload(large)).toMatchObject({ purpose: 'vision', bytes: large.length });
  });
});

test('tenants take turns, and who waits holds no bytes', async () => {
  const check = new PictureCheck();
  onTestFinished(() => check.onApplicationShutdown());
  const opened: string[] = [];
  const ask = (tenant: string, name: string) =>
    check.of(tenant)(() => {
      opened.push(name);
      return golden('rgb-8.png');
    });
  const all = ['a1', 'a2', 'a3', 'b1'].map((name) => ask(name.slice(0, 1), name));
  expect(await Promise.all(all)).toEqual([undefined, undefined, undefined, undefined]);
  expect(opened).toEqual(['a1', 'b1', 'a2', 'a3']);
});
