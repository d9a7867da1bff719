// A run that does not fit is refused before it starts, with what would fit; one that fits in 16
// bits gets them.

import { expect, test } from 'vitest';
import { tinyConfig, tinyOptions } from '../testing/tiny-run.js';
import { train } from '../training.js';
import { checkMemory } from './memory-check.js';
import { estimateRun } from './run-memory.js';

const config = {
  ...tinyConfig,
  hiddenSize: 512,
  intermediateSize: 2048,
  numHiddenLayers: 8,
  headDim: 128,
  vocabSize: 30_000,
  maxPositionEmbeddings: 4096,
};
const longExample = { ids: Array.from({ length: 1024 }, (_, i) => i), labelStart: 824 };
const options = tinyOptions({
  scratch: config,
  maxLength: 2048,
  microBatchTokens: 512,
  target: [longExample],
  trainable: {
    type: 'lora',
    r: 8,
    alpha: 16,
    dropout: 0,
    targetModules: ['q_proj', 'v_proj', 'down_proj'],
  },
});
const total = async (changes: object): Promise<number> =>
  (await estimateRun({ ...options, ...changes })).total;
const [kept, again, half, short] = [
  await total({}),
  await total({ recompute: true }),
  await total({ halfWeights: true }),
  await total({ maxLength: 900 }),
];
const sizes = { '{}': kept, '{"recompute":true}': again, '{"maxLength":512}': short };

const weights = 5e8;
const question = {
  estimate: ({ isHalf, ...changes }: { isHalf: boolean }) => ({
    weights,
    trained: 0,
    step: 0,
    references: 0,
    runtime: 0,
    total: isHalf ? half : (sizes[JSON.stringify(changes) as keyof typeof sizes] ?? again),
  }),
  longest: 1024,
  halfWeights: false,
  storesHalves: false,
};

test('computing layers again, shorter examples and 16 bits need less', () => {
  expect(again).toBeLessThan(0.7 * kept);
  expect(short).toBeLessThan(0.95 * kept);
  expect(half).toBeLessThan(kept);
});

test('references, a mask and checkpoints need more', async () => {
  const gained = async (changes: object): Promise<number> => (await total(changes)) - kept;
  const plain = await gained({ objective: 'ga' });
  expect(await gained({ objective: 'npo' })).toBeGreaterThan(plain + 2e7);
  expect(await gained({ retainTerms: ['klr'], retain: [longExample] })).toBeGreaterThan(1e8);
  const [{ trained }, masked, saved] = [
    await estimateRun(options),
    await estimateRun({ ...options, mask: 'sure' }),
    await estimateRun({ ...options, checkpointSteps: 1 }),
  ];
  expect(masked.trained).toBeGreaterThan(trained);
  expect(saved.trained).toBeGreaterThan(trained);
});

test('a run that fits keeps its settings', () => {
  expect(checkMemory({ ...question, limit: kept })).toBe(false);
  expect(checkMemory({ ...question, limit: kept, halfWeights: true, storesHalves: true })).toBe(
    true,
  );
});

test('weights stay in 16 bits where only that fits', () => {
  expect(checkMemory({ ...question, storesHalves: true, limit: half })).toBe(true);
});

test('a refusal says what would fit', () => {
  const fields =
    /^the run needs about [\d.]+ GB of [\d.]+: hyperparameters\.recompute true or hyperparameters\.max_length 512 would fit$/;
  expect(() => checkMemory({ ...question, limit: Math.max(again, short) })).toThrow(fields);
  expect(() => checkMemory({ ...question, limit: 1e8 })).toThrow('its weights alone take 0.5 GB');
});

test('a run over its limit fails before it starts', async () => {
  await expect(train(tinyOptions({ memoryLimit: 1e6 }))).rejects.toThrow('the run needs about');
}, 20_000);
