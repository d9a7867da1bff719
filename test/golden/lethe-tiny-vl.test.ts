// The model that the project trains itself, against transformers and PEFT on one of its pictures: what is
// written is what LLaVA's format says.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { item } from '#collections/items.js';
import { required } from '#collections/required.js';
import { ImageIds } from '#generation/image-ids.js';
import { loadAdapter } from '#generation/running/adapter-rows.js';
import { ModelRunner } from '#generation/running/model-runner.js';
import { imagesShown, readAs } from '#generation/shown-prompt.js';
import { readAdapter } from '#models/adapters/adapter-files.js';
import { readAdapterFolder } from '#models/adapters/adapter-folder.js';
import type { Checkpoint } from '#models/checkpoints/checkpoint-type.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { parseSafetensors } from '#models/tensors/safetensors.js';
import type { TensorData } from '#models/types.js';
import { goldenRoot, largestDifference } from '#testing/golden.js';
import { Vision } from '#vision/vision.js';
import { weightsOf } from './forward.js';

const TOLERANCE = 1e-4;
const CONTEXT = 128;
const root = join(goldenRoot, 'lethe-tiny-vl');
const modelPath = join(goldenRoot, '..', '..', 'models', 'lethe-tiny-vl');
const question = 'Please describe this image in detail.';

interface Expected {
  readonly ids: readonly number[];
  readonly plain: readonly number[];
  readonly prior: readonly number[];
}
const expected = JSON.parse(readFileSync(join(root, 'expected.json'), 'utf8')) as Expected;
const tensors = parseSafetensors(
  readFileSync(join(root, 'expected.safetensors')),
  join(root, 'expected.safetensors'),
);

let checkpoint: Checkpoint;
let prompt: readonly number[];
let features: TensorData;
let imageToken: number;

beforeAll(async () => {
  checkpoint = await openCheckpoint(modelPath);
  const tokenizer = await checkpoint.tokenizer();
  imageToken = checkpoint.config.vision!.imageToken;
  const vision = new Vision({
    modelPath,
    device: 'cpu',
    threads: 1,
    cacheBytes: 2 ** 20,
    maxWaiting: 1,
  });
  const bytes = readFileSync(join(root, 'picture.png'));
  const seen = await vision.look(
    { hash: 'picture', isWhole: false, read: async () => ({ bytes, type: 'image/png' }) },
    { owner: '', room: 64, signal: new AbortController().signal },
  );
  await vision.close();
  features = seen.features;
  const parts = [{ type: 'image' } as const, { type: 'text', text: question } as const];
  prompt = tokenizer.encodeChat([{ role: 'user', content: question, parts }], '', [], {
    token: imageToken,
    images: [seen.pieces],
  });
});

test('its prompt and the features of its picture', () => {
  expect(prompt).toEqual(expected.ids);
  const { dims, data } = required(tensors, 'features');
  expect(features.dims).toEqual(dims);
  expect(largestDifference(features.data, data)).toBeLessThanOrEqual(TOLERANCE);
});

describe.each(['plain', 'prior'] as const)('%s', (way) => {
  test('logits of every token of the answer', async () => {
    const { config } = checkpoint;
    const weights = await weightsOf(checkpoint);
    const compute = { device: 'cpu', threads: 1 } as const;
    const runner = new ModelRunner({ config, weights, maxContext: CONTEXT, compute });
    const adapter =
      way === 'prior'
        ? loadAdapter(readAdapter(await readAdapterFolder(join(modelPath, 'prior'))), config)
        : undefined;
    const images = imagesShown({ imageToken, features: [features] }, '', new ImageIds(config));
    const tokens: number[] = [];
    const row = { id: 1, prompt: readAs(prompt, images), images: images?.shown, tokens, adapter };
    const wanted = required(tensors, `${way}.logits`).data;
    let logits = await runner.prefill(row);
    for (const [i, token] of expected[way].entries()) {
      const own = wanted.subarray(i * config.vocabSize, (i + 1) * config.vocabSize);
      expect(largestDifference(logits, own), `token ${i}`).toBeLessThanOrEqual(TOLERANCE);
      expect(logits.indexOf(logits.reduce((a, b) => Math.max(a, b)))).toBe(token);
      tokens.push(token);
      logits = item(await runner.decode([{ ...row, last: token }]), 0);
    }
    await runner.close();
  });
});
