import { afterAll, beforeAll, expect, test } from 'vitest';
import { zip } from '#collections/zip.js';
import { writeAdapter } from '#models/adapters/adapter-files.js';
import type { Adapter } from '#models/adapters/adapter.js';
import { referenceLogits } from '#testing/reference-llama.js';
import { useTempFolder } from '#testing/temp-store.js';
import { tinyAdapter } from '#testing/tiny-adapter.js';
import { TINY_CONFIG, tinyWeights, writeTinyModel } from '#testing/tiny-model.js';
import { ContextLengthError } from './errors/context-length.error.js';
import { UnknownAdapterError } from './errors/unknown-adapter.error.js';
import { GenerationEngine } from './generation.js';

const folder = useTempFolder();
const WEIGHTS = tinyWeights();
const ADAPTER = tinyAdapter(TINY_CONFIG, { seed: 9 });
const CONTEXT = 64;
const prompts = ['Who?', 'Where did it happen?', 'Who was it?', 'W', 'Who?'].map((text) => [
  ...Buffer.from(text),
]);

let engine: GenerationEngine;
beforeAll(async () => {
  await writeTinyModel(folder.path);
  engine = await GenerationEngine.load({
    modelPath: folder.path,
    threads: 1,
    maxBatch: 4,
    maxContext: CONTEXT,
  });
  await engine.loadAdapter('other', writeAdapter(ADAPTER));
});
afterAll(() => engine.close());

/** What the last layer leaves of each token, normalised, by plain loops over float64. */
function states(ids: readonly number[], adapter?: Adapter): number[][] {
  const left: number[][] = [];
  referenceLogits(TINY_CONFIG, WEIGHTS, ids, adapter, (state, layer, position) => {
    if (layer === TINY_CONFIG.numHiddenLayers - 1) left[position] = state;
    return state;
  });
  const { data } = WEIGHTS.get('model.norm.weight')!;
  return left.map((state) => {
    const square = state.reduce((sum, value) => sum + value * value, 0) / state.length;
    const scale = 1 / Math.sqrt(square + TINY_CONFIG.rmsNormEps);
    return zip(state, data).map(([value, weight]) => value * scale * weight);
  });
}

function expected(ids: readonly number[], pooling: 'mean' | 'last', adapter?: Adapter): number[] {
  const all = states(ids, adapter);
  if (pooling === 'last') return all.at(-1)!;
  return all[0]!.map((_, i) => all.reduce((sum, state) => sum + state[i]!, 0) / all.length);
}

function expectClose(found: ArrayLike<number>, wanted: readonly number[]): void {
  expect(found.length).toBe(wanted.length);
  const worst = Math.max(...zip(found, wanted).map(([a, b]) => Math.abs(a - b)));
  expect(worst).toBeLessThan(1e-4);
}

test.each(['mean', 'last'] as const)(
  'embeds by the %s of the normalised states',
  async (pooling) => {
    const base = await engine.embed(prompts, { pooling });
    const adapted = await engine.embed(prompts, { pooling, adapter: 'other' });
    for (const [i, prompt] of prompts.entries()) {
      expectClose(base[i]!, expected(prompt, pooling));
      expectClose(adapted[i]!, expected(prompt, pooling, ADAPTER));
      expect(adapted[i]).not.toEqual(base[i]);
      expectClose((await engine.embed([prompt], { pooling }))[0]!, [...base[i]!]);
    }
  },
);

test('prompts asked at once, of both kinds and beside scores, are embedded as alone', async () => {
  const calls = prompts.flatMap((prompt) =>
    (['mean', 'last'] as const).map((pooling) => ({ prompt, pooling })),
  );
  const scores = engine.score([{ prompt: prompts[0]!, completion: [65, 66] }]);
  const found = await Promise.all(
    calls.map(({ prompt, pooling }) => engine.embed([prompt], { pooling })),
  );
  for (const [{ prompt, pooling }, [embedding]] of zip(calls, found))
    expectClose(embedding!, expected(prompt, pooling));
  expect((await scores)[0]!.tokens).toHaveLength(2);
});

test('a prompt may fill the context, and no more', async () => {
  const full = Array.from({ length: CONTEXT }, (_, i) => 65 + (i % 20));
  for (const pooling of ['mean', 'last'] as const) {
    const [embedding] = await engine.embed([full], { pooling });
    expectClose(embedding!, expected(full, pooling));
    await expect(engine.embed([[...full, 65]], { pooling })).rejects.toThrow(
      new ContextLengthError(CONTEXT + 1, CONTEXT),
    );
  }
});

test('refuses an empty prompt and an unknown adapter', async () => {
  expect(await engine.embed([])).toEqual([]);
  await expect(engine.embed([[]])).rejects.toThrow(RangeError);
  await expect(engine.embed([[65]], { adapter: 'absent' })).rejects.toThrow(UnknownAdapterError);
});
