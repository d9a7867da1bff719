// Prompts that begin as others did: the answers are those of an engine that keeps nothing.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { zip } from '#collections/zip.js';
import { servedPrecisions } from '#contracts/served-precision.js';
import { writeAdapter } from '#models/adapters/adapter-files.js';
import { tinyAdapter } from '#testing/tiny-adapter.js';
import { GenerationEngine } from './generation.js';

const MODEL = 'models/lethe-tiny';
const READERS = [
  [undefined, 'acme'],
  ['one', 'acme'],
  [undefined, 'other'],
  ['one', 'other'],
] as const;
const ids = (length: number, seed: number): number[] =>
  Array.from({ length }, (_, i) => 10 + ((37 * i + 101 * seed) % 2000));

interface Told {
  readonly tokens: readonly number[];
  /** ln p of each. */
  readonly logProbs: readonly number[];
  readonly cached: number;
}

async function answer(
  engine: GenerationEngine,
  prompt: readonly number[],
  [adapter, owner]: (typeof READERS)[number],
): Promise<Told> {
  const tokens: number[] = [];
  const logProbs: number[] = [];
  let cached = 0;
  const asked = { prompt, adapter, owner, maxTokens: 12, ignoreEos: true, logProbs: 0 };
  for await (const chunk of engine.generate(asked)) {
    tokens.push(...chunk.tokenIds);
    logProbs.push(...(chunk.logProbs ?? []).map(({ logProb }) => logProb));
    cached = chunk.cachedTokens ?? 0;
  }
  return { tokens, logProbs, cached };
}

describe.each(servedPrecisions)('in %s', (precision) => {
  const engines: GenerationEngine[] = [];
  beforeAll(async () => {
    for (const prefixBytes of [0, 2 ** 24]) {
      const options = { modelPath: MODEL, threads: 1, maxBatch: 4, precision, prefixBytes };
      const engine = await GenerationEngine.load(options);
      for (const [seed, name] of ['one'].entries())
        await engine.loadAdapter(name, writeAdapter(tinyAdapter(engine.config, { seed })));
      engines.push(engine);
    }
  });
  afterAll(() => Promise.all(engines.map((engine) => engine.close())));

  test('a warm beginning changes no answer, and is found by its owner and model alone', async () => {
    const [cold, warm] = engines as [GenerationEngine, GenerationEngine];
    const [first, second] = [ids(150, 1), [...ids(150, 1), ...ids(30, 2)]];
    for (const reader of READERS) {
      const [expected, longer] = [
        await answer(cold, first, reader),
        await answer(cold, second, reader),
      ];
      expect(await answer(warm, first, reader)).toEqual({ ...expected, cached: 0 });
      for (const [prompt, { tokens }] of [
        [first, expected],
        [second, longer],
      ] as const) {
        const told = await answer(warm, prompt, reader);
        expect(told.cached).toBe(128);
        expect(told.tokens).toEqual(tokens);
      }
    }
    expect(await warm.figures()).toMatchObject({ prefixQueries: 4 * 480, prefixHits: 4 * 256 });
  });

  test('prompts of any length that begin alike have the answers that they have alone', async () => {
    const [cold, warm] = engines as [GenerationEngine, GenerationEngine];
    const beginning = ids(110, 20);
    for (let n = 0; n < 12; n++) {
      const prompt = [...beginning, ...ids(1 + 9 * n, 21 + n)];
      const expected = await answer(cold, prompt, READERS[0]);
      const told = await answer(warm, prompt, READERS[0]);
      expect(told.cached).toBe(n === 0 ? 0 : 96);
      expect(told.tokens).toEqual(expected.tokens);
      // In blocks to the bit; float32 is read in other parts, which its last bits show.
      if (precision === 'float32')
        for (const [own, alone] of zip(told.logProbs, expected.logProbs))
          expect(Math.abs(own - alone)).toBeLessThan(1e-5);
      else expect(told.logProbs).toEqual(expected.logProbs);
    }
  });

  test('an answer is part of what the next turn begins with', async () => {
    const [cold, warm] = engines as [GenerationEngine, GenerationEngine];
    const turns = [...ids(40, 3)];
    for (let turn = 0; turn < 3; turn++) {
      const told = await answer(warm, turns, READERS[0]);
      expect(told.tokens).toEqual((await answer(cold, turns, READERS[0])).tokens);
      // All of the last turn but its answer's last token, in whole blocks.
      const known = turn === 0 ? 0 : turns.length - 11;
      expect(told.cached).toBe(32 * Math.floor(known / 32));
      turns.push(...told.tokens, ...ids(10, 4 + turn));
    }
  });

  test('nothing is left of an adapter that is unloaded, or of an owner who is forgotten', async () => {
    const [, warm] = engines as [GenerationEngine, GenerationEngine];
    const prompt = ids(100, 9);
    const files = writeAdapter(tinyAdapter(warm.config, { seed: 7 }));
    await warm.loadAdapter('brief', files);
    const brief = ['brief', 'acme'] as never;
    await answer(warm, prompt, brief);
    expect((await answer(warm, prompt, brief)).cached).toBe(96);
    warm.unloadAdapter('brief');
    await warm.loadAdapter('brief', files);
    expect((await answer(warm, prompt, brief)).cached).toBe(0);
    for (const reader of [READERS[0], READERS[2]]) await answer(warm, prompt, reader);
    await warm.forget('acme');
    expect((await answer(warm, prompt, READERS[0])).cached).toBe(0);
    expect((await answer(warm, prompt, READERS[2])).cached).toBe(96);
  });

  // The last: the engine keeps nothing behind it.
  test('an engine that is to leave has nothing of anybody, and keeps nothing more', async () => {
    const [, warm] = engines as [GenerationEngine, GenerationEngine];
    const [known, late] = [ids(100, 9), ids(100, 10)];
    expect((await answer(warm, known, READERS[2])).cached).toBe(96);
    await warm.keepNothing();
    for (const prompt of [known, late, late])
      expect((await answer(warm, prompt, READERS[2])).cached).toBe(0);
  });
});
