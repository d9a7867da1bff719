import { expect, test } from 'vitest';
import { ImageError } from '../errors/image.error.js';
import type { ImageProcessor } from '../processors/image-processor.js';
import { clip336, smolvlm } from '../testing/published-processors.js';
import { imageLimits } from '../types.js';
import { prepareImage } from './prepare-image.js';

const colours = { rescale: 1 / 255, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] } as const;
const resolutions = [{ width: 672, height: 336 }];
const anyres: ImageProcessor = { ...clip336, kind: 'anyres', tile: 336, resolutions };
const grid: ImageProcessor = {
  kind: 'grid',
  filter: 'bicubic',
  minPixels: 3136,
  maxPixels: 12_845_056,
  patch: 14,
  merge: 2,
  frames: 2,
  colours,
};
const line = (width: number, height: number) => ({
  width,
  height,
  data: new Uint8Array(width * height * 3),
});
const { side } = imageLimits;

test.each([
  ['single', clip336, [1, 3, 336, 336]],
  ['tiles', smolvlm, [5, 3, 512, 512]],
] as const)('a line as long as may come is prepared: %s', (_, processor, dims) => {
  for (const image of [line(side, 1), line(1, side)])
    expect(prepareImage(image, processor).pixels.dims).toEqual(dims);
});

test.each([
  ['anyres', anyres, `a picture is 1 x ${side} pixels, of which nothing is left`],
  ['grid', grid, 'expected no side more than 200 times the other'],
] as const)('or refused, where transformers fails too: %s', (_, processor, message) => {
  expect(() => prepareImage(line(1, side), processor)).toThrow(ImageError);
  expect(() => prepareImage(line(1, side), processor)).toThrow(message);
});
