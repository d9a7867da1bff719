// A run that does not fit is refused before it starts, with what would fit; one that fits in 16 bits gets them.
import { expect, test } from 'vitest';
import { tinyConfig, tinyOptions } from './fixtures/tiny-run.js';
import { checkMemory } from './memory-check.js';
import { estimateTraining } from './memory-estimate.js';
import { chooseObjective } from './objective-catalog.js';
import { train } from './training.js';

const config = { ...tinyConfig, hiddenSize: 512, intermediateSize: 2048, numHiddenLayers: 8, headDim: 128, vocabSize: 30_000, maxPositionEmbeddings: 4096 };
const goal = { ...chooseObjective('sft'), retainTerms: [], forgetWeight: 1, retainWeights: { gdr: 1, klr: 1 }, seed: 1 };
const lora = { r: 8, alpha: 16, dropout: 0, targetModules: ['q_proj', 'v_proj', 'down_proj'] };
const shape = { config, maxLength: 2048, lora, goal };
const question = { shape, longest: { tokens: 1024, labels: 200 }, maxTokens: 1024, halfWeights: false, storesHalves: false };
const size = { rows: 1, length: 1024, positions: 200 };
const [kept, again, half] = [estimateTraining(shape, false, size).total, estimateTraining({ ...shape, recompute: true }, false, size).total, estimateTraining(shape, true, size).total];

test('computing layers again and 16 bits need less', () => {
  expect(again).toBeLessThan(0.7 * kept);
  expect(half).toBeLessThan(kept);
});

test('a run that fits keeps its settings', () => {
  expect(checkMemory({ ...question, limit: kept })).toBe(false);
  expect(checkMemory({ ...question, limit: kept, halfWeights: true, storesHalves: true })).toBe(true);
});

test('weights stay in 16 bits where only that fits', () => {
  expect(checkMemory({ ...question, storesHalves: true, limit: half })).toBe(true);
});

test('a refusal says what would fit', () => {
  expect(() => checkMemory({ ...question, limit: kept - 1e6 })).toThrow(/^the run needs about [\d.]+ GB of [\d.]+: hyperparameters\.recompute true or hyperparameters\.max_length 512 would fit$/);
  expect(() => checkMemory({ ...question, limit: 1e8 })).toThrow('its weights alone take');
});

test('a run over its limit fails before it starts', async () => {
  await expect(train(tinyOptions({ memoryLimit: 1e6 }))).rejects.toThrow('the run needs about');
}, 20_000);
