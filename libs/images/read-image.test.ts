import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { goldenRoot } from '#testing/golden.js';
import { readImage } from './read-image.js';
import { imageLimits } from './types.js';

interface Decoded {
  readonly file: string;
  readonly size: readonly [number, number];
  readonly sha256: string;
  readonly first: readonly number[];
}
const folder = join(goldenRoot, 'images');
const decoded = JSON.parse(readFileSync(join(folder, 'decoded.json'), 'utf8')) as Decoded[];

test.each(decoded)('$file has the pixels that Pillow reads', async ({ file, ...expected }) => {
  const { width, height, data } = await readImage(
    readFileSync(join(folder, 'files', file)),
    imageLimits,
  );
  expect({
    size: [width, height],
    sha256: createHash('sha256').update(data).digest('hex').slice(0, 32),
    first: [...data.subarray(0, 9)],
  }).toEqual(expected);
});
