// GGUF texts beside their projectors, which llama.cpp's converters made of the golden checkpoints of
// models that see, against those checkpoints and transformers' numbers.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readProcessor } from '#images/processors/read-processor.js';
import type { Checkpoint } from '#models/checkpoints/checkpoint-type.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { parseHfConfig } from '#models/checkpoints/hf-config.js';
import { writeModel } from '#models/checkpoints/model-writer.js';
import { floatToHalf, halfTable } from '#models/tensors/float16.js';
import type { ModelConfig } from '#models/types.js';
import { allTensors } from '#models/vision/vision-tensors.js';
import { goldenRoot, largestDifference } from '#testing/golden.js';
import { useTempFolder } from '#testing/temp-store.js';
import { visionRoot, VisionRun, type VisionRow } from './vision-run.js';

const root = join(goldenRoot, 'mmproj');
/** Projectors in float16, of texts beside which there is one in float32. */
const halves = join(root, 'f16');
const names = readdirSync(root).filter((name) => existsSync(join(root, name, 'mmproj.gguf')));
const temp = useTempFolder();

/** Written in float16 in any case. */
const isHalf = (name: string, tensor: string): boolean =>
  name.startsWith('llava') && /patch_embedding\.weight|linear_\d\.weight/.test(tensor);
/** Of features, where some of the numbers are rounded to float16. */
const toleranceOf = (name: string): number => (name.startsWith('llava') ? 1e-2 : 1e-4);

/** Without what is another's name, or how many blocks there are above the last that is read. */
function comparable({ vision, ...config }: ModelConfig): object {
  if (!vision) return config;
  const { modelType: _, ...seeing } = vision;
  const tower = { ...vision.tower, ...(vision.layout === 'grid' ? {} : { numHiddenLayers: 0 }) };
  return { ...config, vision: { ...seeing, tower } };
}

describe.each(names)('%s', (name) => {
  let folder: Checkpoint;
  let file: Checkpoint;
  let run: VisionRun;
  beforeAll(async () => {
    folder = await openCheckpoint(join(visionRoot, name));
    file = await openCheckpoint(join(root, name));
    run = await VisionRun.open(name, join(root, name));
  });

  test('the configuration and all tensors are those of the folder', async () => {
    expect(comparable(file.config)).toEqual(comparable(folder.config));
    const half = halfTable();
    for (const [tensor, dims] of allTensors(folder.config)) {
      expect(file.dims(tensor), tensor).toEqual(dims);
      const wanted = await folder.read(tensor);
      const stored = isHalf(name, tensor)
        ? wanted.map((value) => half[floatToHalf(value)]!)
        : wanted;
      expect(largestDifference(await file.read(tensor), stored), tensor).toBe(0);
    }
  });

  test('the features are those of transformers', async () => {
    const [stream, features] = [await run.stream(), await run.everyFeature()];
    expect(stream.worst, stream.tensor).toBeLessThanOrEqual(toleranceOf(name));
    expect(features.worst, features.tensor).toBeLessThanOrEqual(toleranceOf(name));
  });

  test.each<VisionRow>(['plain', 'image', 'two'])('the row "%s"', async (row) => {
    const { worst, tensor } = await run.row(row);
    expect(worst, tensor).toBeLessThanOrEqual(row === 'plain' ? 1e-4 : toleranceOf(name));
  });

  test('64 tokens after a picture', async () => {
    expect(await run.tokens()).toEqual(run.expected.generated.tokens);
    expect(await run.servedTokens()).toEqual(run.expected.generated.tokens);
  });

  test('written as a Hugging Face folder, it has the configuration, weights and processor', async () => {
    const written = join(temp.path, name);
    await writeModel(file, { folder: written, dtype: 'F32', maxShardBytes: 2 ** 30 });
    const again = await openCheckpoint(written);
    expect(again.config).toEqual(file.config);
    for (const tensor of allTensors(file.config).keys())
      expect(await again.read(tensor), tensor).toEqual(await file.read(tensor));
    expect(await readProcessor(written)).toEqual(await readProcessor(root, file.imageProcessor));
    const json = JSON.parse(readFileSync(join(written, 'config.json'), 'utf8'));
    expect(parseHfConfig('config.json', json)).toEqual(file.config);
  });
});

test.each(readdirSync(halves))('%s in float16: features and tokens', async (file) => {
  const [name, folder] = [basename(file, '.gguf'), join(temp.path, `half-${file}`)];
  await mkdir(folder);
  await copyFile(join(root, name, 'model.gguf'), join(folder, 'model.gguf'));
  await copyFile(join(halves, file), join(folder, 'mmproj.gguf'));
  const run = await VisionRun.open(name, folder);
  const { worst, tensor } = await run.everyFeature();
  expect(worst, tensor).toBeLessThanOrEqual(1e-2);
  expect(await run.tokens()).toEqual(run.expected.generated.tokens);
});

describe('pictures are prepared as by the processor of', () => {
  const prepared = async (name: string) =>
    readProcessor(root, (await openCheckpoint(join(root, name))).imageProcessor);

  test.each(['llava', 'smolvlm', 'llava-next'])('%s', async (name) => {
    expect(await prepared(name)).toEqual(await readProcessor(join(visionRoot, name)));
  });

  test.each(['qwen2-vl', 'qwen2-5-vl'])('%s, with the bounds of published models', async (name) => {
    expect(await prepared(name)).toEqual({
      ...(await readProcessor(join(visionRoot, name))),
      minPixels: 3136,
      maxPixels: 12_845_056,
    });
  });

  test('SigLIP', async () => {
    expect(await prepared('llava-siglip')).toMatchObject({
      kind: 'single',
      filter: 'bicubic',
      size: { width: 59, height: 59 },
      colours: { mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
    });
  });
});
