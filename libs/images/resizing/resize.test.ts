import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { goldenRoot } from '#testing/golden.js';
import { noisyImage } from '../testing/noise.js';
import { crop } from './crop.js';
import { type FilterName, filters } from './filters.js';
import { resize } from './resize.js';

interface Case {
  readonly from: readonly [number, number];
  readonly seed: number;
  readonly to: readonly [number, number];
  readonly filter: FilterName;
  readonly sha256: string;
  readonly first: readonly number[];
}
const cases = JSON.parse(
  readFileSync(join(goldenRoot, 'images/resized.json'), 'utf8'),
) as readonly Case[];

test.each(Object.keys(filters))(
  '%s gives the bytes that Pillow gives, at sizes of all kinds',
  (name) => {
    const ofFilter = cases.filter(({ filter }) => filter === name);
    expect(ofFilter.length).toBeGreaterThan(50);
    const made = ofFilter.map(({ from, seed, to, filter }) => {
      const { data } = resize(noisyImage(...from, seed), ...to, filter);
      return {
        sha256: createHash('sha256').update(data).digest('hex').slice(0, 32),
        first: [...data.subarray(0, 6)],
      };
    });
    expect(made).toEqual(ofFilter.map(({ sha256, first }) => ({ sha256, first })));
  },
);

test.each([
  [64, 48],
  [90, 31],
  [64, 31],
  [90, 48],
])('a part of the picture at %i x %i pixels is cut out of the whole one', (width, height) => {
  const image = noisyImage(64, 48, 3);
  const area = { left: 11, top: 5, width: 30, height: 17 };
  const whole = resize(image, width, height, 'bicubic');
  expect(resize(image, width, height, 'bicubic', area)).toEqual(crop(whole, area));
});

test('a picture of one row, made very high, takes no more than the part that is wanted', () => {
  const image = noisyImage(8192, 1, 4);
  const area = { left: 1_000_000, top: 0, width: 336, height: 336 };
  const { data } = resize(image, 336 * 8192, 336, 'bicubic', area);
  expect(data.length).toBe(336 * 336 * 3);
});
