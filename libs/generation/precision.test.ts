// An engine in 8 and in 4 bits: base, adapters, a head of its own and a rounded model, mixed.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { servedPrecisions } from '#contracts/served-precision.js';
import { writeAdapter } from '#models/adapters/adapter-files.js';
import { savedTensorName } from '#models/adapters/adapter.js';
import { tinyAdapter } from '#testing/tiny-adapter.js';
import { TINY_CONFIG, tinyWeights, writeTinyModel } from '#testing/tiny-model.js';
import { GenerationEngine } from './generation.js';

const prompt = (text: string): number[] => [...Buffer.from(text)];
const ADAPTER = tinyAdapter(TINY_CONFIG, { seed: 9 });
const HEAD = tinyWeights(TINY_CONFIG, 5).get('model.embed_tokens.weight')!;
const MODELS = [undefined, 'forgets', 'other', 'headed', 'rounded'];

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'lethe-precision-'));
  await writeTinyModel(dir);
});
afterAll(() => rm(dir, { recursive: true }));

async function load(precision: (typeof servedPrecisions)[number]): Promise<GenerationEngine> {
  const engine = await GenerationEngine.load({
    modelPath: dir,
    threads: 1,
    maxBatch: 4,
    precision,
  });
  await engine.loadAdapter('forgets', writeAdapter(ADAPTER));
  await engine.loadAdapter('other', writeAdapter(tinyAdapter(TINY_CONFIG, { r: 5, seed: 4 })));
  const tensors = new Map([...ADAPTER.tensors, [savedTensorName('lm_head.weight'), HEAD]]);
  await engine.loadAdapter(
    'headed',
    writeAdapter({ ...ADAPTER, modulesToSave: ['lm_head'], tensors }),
  );
  await engine.loadAdapter('rounded', writeAdapter(ADAPTER), { rounding: 'nf4' });
  return engine;
}

async function answer(engine: GenerationEngine, adapter: string | undefined, seed: number) {
  const request = { prompt: prompt(`Who was ${seed}?`), maxTokens: 6 + seed, temperature: 1, seed };
  const tokens: number[] = [];
  for await (const chunk of engine.generate({ ...request, ...(adapter ? { adapter } : {}) }))
    tokens.push(...chunk.tokenIds);
  return tokens;
}

describe.each(servedPrecisions.filter((one) => one !== 'float32'))('in %s', (precision) => {
  test('every model answers in a mixed batch as alone, and none as another', async () => {
    const engine = await load(precision);
    const asked = MODELS.flatMap((adapter) => [0, 1, 2].map((seed) => ({ adapter, seed })));
    const together = await Promise.all(
      asked.map(({ adapter, seed }) => answer(engine, adapter, seed)),
    );
    for (const [i, { adapter, seed }] of asked.entries())
      expect(await answer(engine, adapter, seed)).toEqual(together[i]);
    expect(new Set(together.map(String)).size).toBe(asked.length);
    await engine.close();
  });

  test('scores differ from float32, and not by much', async () => {
    const [engine, exact] = [await load(precision), await load('float32')];
    const items = ['a', 'bcd', 'a longer completion'].map((text) => ({
      prompt: prompt('Who?'),
      completion: prompt(text),
    }));
    for (const adapter of MODELS) {
      const options = adapter === undefined ? {} : { adapter };
      const [ours, theirs] = [
        await engine.score(items, options),
        await exact.score(items, options),
      ];
      for (const [i, { sum }] of ours.entries()) {
        const distance = Math.abs(sum - theirs[i]!.sum) / items[i]!.completion.length;
        expect(distance).toBeGreaterThan(0);
        expect(distance).toBeLessThan(precision === 'int8' ? 0.3 : 0.6);
      }
    }
    await engine.close();
    await exact.close();
  });
});
