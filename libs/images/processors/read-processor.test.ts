import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { useTempFolder } from '#testing/temp-store.js';
import { ImageProcessorError } from '../errors/image-processor.error.js';
import { readProcessor } from './read-processor.js';

const folder = useTempFolder();
const write = (name: string, value: unknown) =>
  writeFile(join(folder.path, name), JSON.stringify(value));
const preprocessor = (value: unknown) => write('preprocessor_config.json', value);

beforeEach(() => write('processor_config.json', { processor_class: 'LlavaProcessor' }));

const CLIP = { image_processor_type: 'CLIPImageProcessor' };

test('a file of before transformers 4.20 has whole numbers for sizes, and its own name', async () => {
  await preprocessor({ feature_extractor_type: 'CLIPFeatureExtractor', size: 336, crop_size: 336 });
  expect(await readProcessor(folder.path)).toEqual({
    kind: 'single',
    filter: 'bicubic',
    size: { shortestEdge: 336 },
    crop: { width: 336, height: 336 },
    colours: {
      rescale: 1 / 255,
      mean: [0.48145466, 0.4578275, 0.40821073],
      std: [0.26862954, 0.26130258, 0.27577711],
    },
  });
});

test('what transformers 5 nests in processor_config.json goes first; null is the default', async () => {
  await preprocessor({ image_processor_type: 'OtherImageProcessor' });
  await write('processor_config.json', {
    image_processor: { image_processor_type: 'SmolVLMImageProcessorFast', size: null },
  });
  expect(await readProcessor(folder.path)).toMatchObject({
    kind: 'tiles',
    longestEdge: 1456,
    tile: 364,
    splits: true,
  });
});

const grids = ['Qwen2VLImageProcessor', 'Qwen2VLImageProcessorFast', 'Qwen2_5_VLImageProcessor'];
test.each(grids)("%s's pixels stand in either of two places", async (name) => {
  const type = { image_processor_type: name };
  await preprocessor({
    ...type,
    min_pixels: 3136,
    max_pixels: 12_845_056,
    size: { max_pixels: 9 },
  });
  expect(await readProcessor(folder.path)).toMatchObject({
    minPixels: 3136,
    maxPixels: 12_845_056,
  });
  await preprocessor({ ...type, size: { shortest_edge: 784, longest_edge: 15_680 } });
  expect(await readProcessor(folder.path)).toMatchObject({ minPixels: 784, maxPixels: 15_680 });
});

test.each([
  [
    { image_processor_type: 'PixtralImageProcessor' },
    /image_processor_type: expected one of CLIP.*, found "PixtralImageProcessor"$/,
  ],
  [{ image_processor_type: '__proto__' }, /image_processor_type: expected one of/],
  [{}, /image_processor_type: expected one of .*, found nothing$/],
  [{ ...CLIP, do_resize: false }, /: do_resize: expected true: .*, found false$/],
  [{ ...CLIP, do_center_crop: false }, /: do_center_crop: expected true: .*, found false$/],
  [{ ...CLIP, resample: 0 }, /: resample: expected one of 1 \(lanczos\).*, found 0$/],
  [
    { ...CLIP, size: { longest_edge: 9 } },
    /: size: expected height and width, or shortest_edge.*found/,
  ],
  [{ ...CLIP, size: { shortest_edge: 9, height: 9, width: 9 } }, /: size: expected/],
  [{ ...CLIP, crop_size: 1e9 }, /: crop_size: expected .*, found 1000000000$/],
  [{ ...CLIP, image_std: [1, 0, 1] }, /: image_std: expected three numbers of at least 0.000001/],
  [
    { ...CLIP, image_mean: [1, 2] },
    /: image_mean: expected three numbers from -255 to 255, found \[1,2\]$/,
  ],
  [{ ...CLIP, pad_size: { height: 9, width: 9 } }, /: pad_size: expected none/],
  [
    { image_processor_type: 'SiglipImageProcessor', size: { shortest_edge: 9 } },
    /: size: expected height and width/,
  ],
  [
    { image_processor_type: 'SmolVLMImageProcessor', max_image_size: { longest_edge: 1 } },
    /: max_image_size.longest_edge:/,
  ],
  [
    {
      image_processor_type: 'LlavaNextImageProcessor',
      crop_size: 336,
      image_grid_pinpoints: [[336, 500]],
    },
    /: image_grid_pinpoints.0: expected multiples of crop_size, 336, found \[336,500\]$/,
  ],
  [
    { image_processor_type: 'Qwen2VLImageProcessor', min_pixels: 90_000, max_pixels: 80_000 },
    /: max_pixels: expected at least 90000, found 80000$/,
  ],
  ['CLIP', /: expected an object, found "CLIP"$/],
])('%j is refused', async (config, message) => {
  await preprocessor(config);
  await expect(readProcessor(folder.path)).rejects.toThrow(ImageProcessorError);
  await expect(readProcessor(folder.path)).rejects.toThrow(message);
});

test('a folder without either file is told what it lacks', async () => {
  const nowhere = join(folder.path, 'nowhere');
  await expect(readProcessor(nowhere)).rejects.toThrow(
    /preprocessor_config.json is missing: expected it, or/,
  );
});
