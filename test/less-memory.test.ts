// Ways to need less memory that change no bit: weights in 16 bits, layers computed again, and both.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GenerationEngine } from '#generation/generation.js';
import { ggufMetadata, ggufTensors, halfMatrices, writeGguf } from '#testing/gguf-writer.js';
import {
  byteAlphabet,
  TINY_CONFIG,
  TINY_TEMPLATE,
  tinyWeights,
  writeTinyModel,
} from '#testing/tiny-model.js';
import { stepUnits } from '#training/examples/step-examples.js';
import { openRun } from '#training/run/open-run.js';
import { tinyConfig, tinyExamples, tinyOptions } from '#training/testing/tiny-run.js';
import type { TrainOptions } from '#training/training-options.js';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lethe-half-'));
  for (const dtype of ['F16', 'BF16'] as const) await writeTinyModel(join(dir, dtype), { dtype });
  await writeFile(
    join(dir, 'half.gguf'),
    writeGguf(
      ggufMetadata(TINY_CONFIG, byteAlphabet(), TINY_TEMPLATE),
      halfMatrices(ggufTensors(TINY_CONFIG, tinyWeights())),
    ),
  );
});
afterAll(() => rm(dir, { recursive: true }));

async function stepOf(changes: Partial<TrainOptions>) {
  const options = tinyOptions({
    objective: 'npo',
    retainTerms: ['gdr', 'klr'],
    trainable: { type: 'lora', r: 3, alpha: 6, dropout: 0.3 },
    ...changes,
  });
  const run = await openRun(options);
  for (const [i, x] of run.store.values.entries()) run.store.values[i] = x + 0.1 * Math.sin(i);
  const losses = await run.runner.run(
    0,
    [0, 1, 2].flatMap((index) => stepUnits(run, index)),
    {},
    () => {},
  );
  const found = { losses, gradients: run.runner.gradients.slice(), halves: run.model.halves.size };
  await run.close();
  expect(found.gradients.some((x) => x !== 0)).toBe(true);
  return found;
}

const scratch = undefined;
test.each([
  ['F16', () => join(dir, 'F16')],
  ['BF16', () => join(dir, 'BF16')],
  ["a GGUF file's", () => join(dir, 'half.gguf')],
] as const)('a step over %s weights that stay so has the same bits', async (_name, path) => {
  const model = { scratch, modelPath: path() };
  const [wide, half] = [
    await stepOf(model as never),
    await stepOf({ ...model, halfWeights: true } as never),
  ];
  expect([wide.halves, half.halves > 10]).toEqual([0, true]);
  expect({ ...half, halves: 0 }).toEqual(wide);
  expect({
    ...(await stepOf({ ...model, halfWeights: true, recompute: true } as never)),
    halves: 0,
  }).toEqual(wide);
});

test('a step in 8 bits over 16-bit weights has the same bits: queries, keys, values and the head stay in 16 bits', async () => {
  const model = { scratch, modelPath: join(dir, 'BF16'), precision: 'int8' };
  const [wide, half] = [
    await stepOf(model as never),
    await stepOf({ ...model, halfWeights: true } as never),
  ];
  expect([wide.halves, half.halves]).toEqual([0, 1 + 3 * TINY_CONFIG.numHiddenLayers]);
  expect({ ...half, halves: 0 }).toEqual(wide);
});

test.each([
  ['LoRA', {}],
  ['all weights', { objective: 'sft', retainTerms: [], trainable: { type: 'full' } }],
  ['a loss at a layer between', { objective: { type: 'rmu', layer: 0 } }],
  [
    'rotation by length',
    {
      scratch: {
        ...tinyConfig,
        rope: { dim: 4, theta: 10_000, scaling: { type: 'dynamic', factor: 2, originalLength: 6 } },
      },
    },
  ],
  [
    'packed examples',
    {
      target: tinyExamples(7, 'forget').map((example, i) =>
        i === 0 ? { ...example, ids: Array.from({ length: 31 }, (_, t) => t) } : example,
      ),
    },
  ],
] as [string, Partial<TrainOptions>][])(
  'layers computed again give the same bits: %s',
  async (_name, changes) => {
    expect(await stepOf({ ...changes, recompute: true })).toEqual(await stepOf(changes));
  },
);

test('answers over 16-bit weights are those over float32', async () => {
  const answers = [];
  for (const halfWeights of [false, true]) {
    const engine = await GenerationEngine.load({
      modelPath: join(dir, 'BF16'),
      threads: 1,
      maxBatch: 2,
      maxContext: TINY_CONFIG.maxPositionEmbeddings,
      halfWeights,
    });
    const ids: number[] = [];
    for await (const chunk of engine.generate({ prompt: [72, 101, 108], maxTokens: 12 }))
      ids.push(...chunk.tokenIds);
    answers.push(ids);
    await engine.close();
  }
  expect(answers[1]).toEqual(answers[0]);
});
