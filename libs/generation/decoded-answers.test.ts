// Answers by decoding strategies beside each other in one batch.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeAdapter } from '#models/adapters/adapter-files.js';
import { referenceLogits } from '#testing/reference-llama.js';
import { tinyAdapter } from '#testing/tiny-adapter.js';
import { endlessWeights, TINY_CONFIG, writeTinyModel } from '#testing/tiny-model.js';
import { greedy } from './decoding/greedy.js';
import type { Decoding } from './decoding/strategies.js';
import { GenerationEngine, type GenerateRequest } from './generation.js';
import type { Chunk } from './running/chunk.js';

const config = { ...TINY_CONFIG, numHiddenLayers: 6 };

let dir: string;
let engine: GenerationEngine;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lethe-decoding-'));
  await writeTinyModel(dir, { config, weights: endlessWeights(config) });
  engine = await GenerationEngine.load({ modelPath: dir, threads: 1, maxBatch: 16 });
  await engine.loadAdapter('low', writeAdapter(tinyAdapter(config, { seed: 9 })));
});
afterAll(async () => {
  await engine.close();
  await rm(dir, { recursive: true });
});

async function answer(request: Partial<GenerateRequest>) {
  const ids: number[] = [];
  let last: Chunk | undefined;
  const prompt = [...Buffer.from('Which rivers')];
  for await (const chunk of engine.generate({ prompt, maxTokens: 40, ...request })) {
    ids.push(...chunk.tokenIds);
    last = chunk;
  }
  return { ids, decoding: last?.decoding };
}

const deco = (layers: number[], alpha = 8): Decoding => ({
  strategy: 'deco',
  layers,
  alpha,
  topP: 0.9,
  topK: 20,
});
const requests: Partial<GenerateRequest>[] = [
  {},
  { temperature: 1, seed: 3 },
  { decoding: deco([4, 5]) },
  { decoding: deco([1, 2, 3, 4, 5, 6]) },
  { decoding: deco([3]), temperature: 1, seed: 4 },
  { decoding: deco([2, 3]), repetitionPenalty: 1.3 },
  { decoding: deco([2, 3]), adapter: 'low' },
  { decoding: { strategy: 'dola', layers: [0, 2], threshold: 0.1 } },
  { decoding: { strategy: 'dola', layers: [1], threshold: 0.01 }, temperature: 0.7, seed: 2 },
  { decoding: { strategy: 'sled', layers: [1, 2, 3, 4, 5], alpha: 2, topK: 10 } },
  { decoding: { strategy: 'energy', layers: [3, 4, 5, 6] } },
  { adapter: 'low' },
  { decoding: { strategy: 'cad', alpha: 1 }, twin: [...Buffer.from('Which')] },
  {
    decoding: { strategy: 'cad', alpha: 0.5 },
    twin: [...Buffer.from('Some other words, and more of them')],
    adapter: 'low',
    temperature: 0.8,
    seed: 6,
  },
];

test('rows of one batch have the tokens of each alone, whatever stands beside them', async () => {
  const alone = [];
  for (const request of requests) alone.push(await answer(request));
  expect(await Promise.all(requests.map(answer))).toEqual(alone);
  expect(alone.map(({ ids }) => ids.length)).toEqual(requests.map(() => 40));
});

test('what a strategy did is told, of no other request', async () => {
  for (const request of requests) {
    const { decoding } = await answer(request);
    const asked = request.decoding;
    if (!asked) {
      expect(decoding).toBeUndefined();
      continue;
    }
    expect(decoding!.steps).toBe(40);
    if (asked.strategy === 'cad') continue;
    const chosen = [...decoding!.layers.values()].reduce((a, b) => a + b, 0);
    if (asked.strategy !== 'sled') expect(chosen + decoding!.skipped).toBe(40);
    for (const layer of decoding!.layers.keys()) expect(asked.layers).toContain(layer);
  }
});

test('what greedy decoding leaves out does not change its tokens', async () => {
  // A bias of nothing: adjustments have the corrected logits needed in full.
  const logitBias = new Map([[0, 0]]);
  for (const decoding of [requests[2]!, requests[3]!, requests[7]!].map((one) => one.decoding)) {
    const [short, whole] = [await answer({ decoding }), await answer({ decoding, logitBias })];
    expect(short.ids).toEqual(whole.ids);
    expect(short.decoding!.skipped).toBeGreaterThanOrEqual(whole.decoding!.skipped);
  }
});

test('an answer that another engine began goes on as it would have', async () => {
  for (const request of requests.filter(({ decoding }) => decoding)) {
    const { ids } = await answer(request);
    expect((await answer({ ...request, resume: ids.slice(0, 9) })).ids).toEqual(ids);
  }
});

test('a context counts for more than it does by itself, as by plain loops', async () => {
  const [prompt, twin] = ['It rains. Is it wet?', 'Is it wet?'].map((text) => [
    ...Buffer.from(text),
  ]);
  const alpha = 2;
  const { ids } = await answer({
    prompt,
    twin,
    decoding: { strategy: 'cad', alpha },
    maxTokens: 12,
  });
  const expected: number[] = [];
  const weights = endlessWeights(config);
  const last = (read: readonly number[]): Float32Array =>
    Float32Array.from(referenceLogits(config, weights, [...read, ...expected]).at(-1)!);
  while (expected.length < 12) {
    const [z, other] = [last(prompt!), last(twin!)];
    expected.push(greedy(z.map((x, id) => (1 + alpha) * x - alpha * other[id]!)));
  }
  expect(ids).toEqual(expected);
  expect(ids).not.toEqual((await answer({ prompt, maxTokens: 12 })).ids);
});
