// Ids of images, and what is refused before anything runs.

import { describe, expect, test } from 'vitest';
import type { TensorData } from '#models/types.js';
import { FeaturesError } from './errors/features.error.js';
import { ImageIds } from './image-ids.js';
import { spelled } from './running/prompt-image.js';
import { imagesShown, readAs } from './shown-prompt.js';

const SIZES = { vocabSize: 100, hiddenSize: 2 };
const features = (...numbers: number[]): TensorData => ({
  dims: [numbers.length / 2, 2],
  data: Float32Array.from(numbers),
});
const idsOf = (ids: ImageIds, owner: string, ...shown: TensorData[]): number[] =>
  ids.imagesOf(owner, shown).map(({ first }) => first);

test('an image has the same ids again, by its numbers, and no other has one of them', () => {
  const ids = new ImageIds(SIZES);
  expect(idsOf(ids, 'acme', features(1, 2, 3, 4), features(1, 2), features(1, 2, 3, 5))).toEqual([
    100, 102, 103,
  ]);
  expect(idsOf(ids, 'acme', features(1, 2), features(1, 2, 3, 4))).toEqual([102, 100]);
  expect(idsOf(ids, 'other', features(1, 2))).toEqual([105]);
});

test('of an owner who is forgotten no id is known any more', () => {
  const ids = new ImageIds(SIZES);
  for (const owner of ['acme', 'other']) idsOf(ids, owner, features(1, 2));
  ids.forget('acme');
  expect(idsOf(ids, 'acme', features(1, 2))).toEqual([102]);
  expect(idsOf(ids, 'other', features(1, 2))).toEqual([101]);
});

test('the least recently shown are not remembered for ever', () => {
  const ids = new ImageIds(SIZES, 2);
  const [a, b, c] = [features(1, 1), features(2, 2), features(3, 3)];
  expect(idsOf(ids, '', a, b, a, c)).toEqual([100, 101, 100, 102]);
  expect(idsOf(ids, '', a, b)).toEqual([100, 103]);
});

test('a view is handed on without what lies beside it', () => {
  const all = Float32Array.from({ length: 100 }, (_, i) => i);
  const view = { dims: [1, 2], data: all.subarray(4, 6) };
  const [image] = new ImageIds(SIZES).imagesOf('', [view]);
  expect(image!.features.data.buffer.byteLength).toBe(8);
  expect([...image!.features.data]).toEqual([4, 5]);
});

test('features stand for placeholders in their order, and the text is known again', () => {
  const ids = new ImageIds(SIZES);
  const asked = { imageToken: 7, features: [features(1, 2, 3, 4), features(5, 6)] };
  const images = imagesShown(asked, '', ids);
  const prompt = [1, 7, 7, 2, 7, 3];
  expect(readAs(prompt, images)).toEqual([1, 100, 101, 2, 102, 3]);
  expect(spelled(readAs(prompt, images), images)).toEqual(prompt);
  expect(readAs(prompt, imagesShown({}, '', ids))).toEqual(prompt);
});

describe('refuses', () => {
  const read = (imageToken: number | undefined, shown: TensorData[] | undefined) => () =>
    readAs([1, 7, 2], imagesShown({ imageToken, features: shown }, '', new ImageIds(SIZES)));
  const wrong: [string, () => unknown, string][] = [
    [
      'more features than placeholders',
      read(7, [features(1, 2, 3, 4)]),
      'the prompt has 1 tokens for images, expected 2: one for each feature',
    ],
    [
      'placeholders without features',
      read(7, undefined),
      'the prompt has 1 tokens for images, expected 0: one for each feature',
    ],
    [
      'another width',
      read(7, [features(1, 2), { dims: [1, 3], data: new Float32Array(3) }]),
      'features[1] has the shape [1, 3] and 3 numbers, expected [n, 2] with n from 1 on',
    ],
    [
      'other numbers than the shape says',
      read(7, [{ dims: [1, 2], data: new Float32Array(4) }]),
      'features[0] has the shape [1, 2] and 4 numbers, expected [n, 2] with n from 1 on',
    ],
    [
      'an image without a feature',
      read(7, [{ dims: [0, 2], data: new Float32Array(0) }]),
      'features[0] has the shape [0, 2] and 0 numbers, expected [n, 2] with n from 1 on',
    ],
    [
      'what is not finite',
      read(7, [features(1, 2, Number.NaN, 4)]),
      'features[0] has NaN in row 1, expected finite numbers',
    ],
    [
      'features for which no token stands',
      read(undefined, [features(1, 2)]),
      'imageToken is missing, expected the id that features stand for',
    ],
  ];
  test.each(wrong)('%s', (_, asked, message) => {
    expect(asked).toThrow(new FeaturesError(message));
  });
});
