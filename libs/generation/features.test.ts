// Prompts that show images: features that are what tokens are embedded as are those tokens, in whatever
// way an answer is asked for; and no image is ever taken for another.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { servedPrecisions } from '#contracts/served-precision.js';
import { writeAdapter } from '#models/adapters/adapter-files.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { readServedWeights } from '#models/checkpoints/served-weights.js';
import { isBlocks, widenedBlocks } from '#models/tensors/block-tensor.js';
import type { TensorData } from '#models/types.js';
import { Random } from '#runtime/random.js';
import { tinyAdapter } from '#testing/tiny-adapter.js';
import { FeaturesError } from './errors/features.error.js';
import { GenerationEngine, type GenerateRequest, type ScoredItem } from './generation.js';
import { scorePatched } from './patched-score.js';
import type { Chunk } from './running/chunk.js';
import type { ScoreKind } from './running/graphs.js';

const MODEL = 'models/lethe-tiny';
const HIDDEN = 256;
/** Stands for images, and in no text. */
const IMAGE = 9;
/** Of keys and values. */
const BYTES_A_TOKEN = 4096;
const ids = (length: number, seed: number): number[] =>
  Array.from({ length }, (_, i) => 10 + ((37 * i + 101 * seed) % 2000));

interface Asked extends Omit<Partial<GenerateRequest>, 'prompt'> {
  readonly prompt: readonly number[];
}

/** An image of its own, of so many features. */
function image(seed: number, count: number): TensorData {
  const random = new Random('image', seed);
  const data = Float32Array.from({ length: count * HIDDEN }, () => random.uniform() - 0.5);
  return { dims: [count, HIDDEN], data };
}

const withImages = (before: readonly number[], ...images: TensorData[]): Asked => ({
  prompt: [...before, ...images.flatMap(({ dims }) => [...placeholders(dims[0]!), 11, 12])],
  imageToken: IMAGE,
  features: images,
});
const placeholders = (count: number): number[] => Array.from({ length: count }, () => IMAGE);

async function answer(engine: GenerationEngine, asked: Asked, leaves = Infinity): Promise<Chunk[]> {
  const chunks: Chunk[] = [];
  let tokens = 0;
  for await (const chunk of engine.generate({ maxTokens: 12, ignoreEos: true, ...asked })) {
    chunks.push(chunk);
    tokens += chunk.tokenIds.length;
    if (tokens >= leaves) break;
  }
  return chunks;
}
const tokensOf = (chunks: readonly Chunk[]): number[] => chunks.flatMap((chunk) => chunk.tokenIds);
const cachedOf = (chunks: readonly Chunk[]): number => chunks.at(-1)?.cachedTokens ?? 0;
const told = async (engine: GenerationEngine, asked: Asked): Promise<number[]> =>
  tokensOf(await answer(engine, asked));

const TEXT = ids(60, 1);
const MORE = ids(50, 2);
const requests: Partial<GenerateRequest>[] = [
  {},
  { temperature: 0.8, seed: 4, topP: 0.9 },
  { adapter: 'one' },
  { beams: { width: 3, lengthPenalty: 1, earlyStopping: false, given: 2 }, atOnce: true },
  { decoding: { strategy: 'deco', layers: [2, 3], alpha: 0.6, topP: 0.9, topK: 20 } },
  { decoding: { strategy: 'dola', layers: [0, 2], threshold: 0.1 }, adapter: 'one' },
  { decoding: { strategy: 'sled', layers: [1, 2, 3], alpha: 2, topK: 10 } },
  { decoding: { strategy: 'cad', alpha: 0.5 }, twin: ids(40, 7) },
  { decoding: { strategy: 'cad', alpha: 0.5 }, twin: MORE },
  { resume: [50, 60, 70], logProbs: 3 },
  {
    link: {
      paths: [
        { tokens: [20, 21], group: 0, after: [30] },
        { tokens: [22, 23, 24], group: 1, after: [31, 32] },
      ],
    },
  },
];

describe.each(servedPrecisions)('in %s', (precision) => {
  const engines: GenerationEngine[] = [];
  let rows: Float32Array;
  beforeAll(async () => {
    const checkpoint = await openCheckpoint(MODEL);
    const weights = await readServedWeights(checkpoint, { precision, halfWeights: false });
    const table = weights.get('model.embed_tokens.weight')!;
    rows = isBlocks(table) ? widenedBlocks(table).data : (table as TensorData).data;
    for (const more of [{}, { prefixBytes: 2 ** 24 }, { kvBytes: 320 * BYTES_A_TOKEN }]) {
      const options = { modelPath: MODEL, threads: 1, maxBatch: 4, precision, ...more };
      const engine = await GenerationEngine.load(options);
      await engine.loadAdapter('one', writeAdapter(tinyAdapter(engine.config, { seed: 3 })));
      engines.push(engine);
    }
  });
  afterAll(() => Promise.all(engines.map((engine) => engine.close())));

  /** Tokens as an image: features that are what they are embedded as. */
  const seen = (...tokens: number[]): TensorData => ({
    dims: [tokens.length, HIDDEN],
    data: Float32Array.from(
      tokens.flatMap((id) => [...rows.subarray(id * HIDDEN, (id + 1) * HIDDEN)]),
    ),
  });

  test('embedded tokens are the tokens, however they are asked', async () => {
    const [engine] = engines as [GenerationEngine];
    const shown = {
      prompt: [
        ...TEXT.slice(0, 7),
        ...placeholders(41),
        ...TEXT.slice(48, 50),
        ...placeholders(10),
      ],
      imageToken: IMAGE,
      features: [seen(...TEXT.slice(7, 48)), seen(...TEXT.slice(50))],
    };
    for (const request of requests) {
      // The twin shows the same, or nothing.
      const twin = request.twin === MORE ? { twin: [11, ...shown.prompt] } : {};
      const plainTwin = request.twin === MORE ? { twin: [11, ...TEXT] } : {};
      const expected = await answer(engine, { prompt: TEXT, ...request, ...plainTwin });
      expect(await answer(engine, { ...shown, ...request, ...twin })).toEqual(expected);
    }
  });

  test('two prompts of the same tokens with other images share nothing', async () => {
    const [cold, warm] = engines as [GenerationEngine, GenerationEngine];
    const [first, second] = [image(1, 64), image(2, 64)];
    const [one, other] = [withImages(TEXT, first), withImages(TEXT, second)];
    const [expected, others] = [await told(cold, one), await told(cold, other)];
    expect(expected).not.toEqual(others);
    expect(tokensOf(await answer(warm, one))).toEqual(expected);
    const beside = await answer(warm, other);
    // The text before the image is alike: a block of 32.
    expect([tokensOf(beside), cachedOf(beside)]).toEqual([others, 32]);
    // At once, where rows could share what is read.
    const together = await Promise.all([one, other, one, other].map((asked) => told(cold, asked)));
    expect(together).toEqual([expected, others, expected, others]);
  });

  test('the next turn about an image, and its copy, begin with what was read; for no other owner', async () => {
    const [cold, warm] = engines as [GenerationEngine, GenerationEngine];
    const [shown, second] = [image(3, 64), image(4, 20)];
    const turn = { ...withImages(TEXT, shown), owner: 'acme' };
    const said = await told(warm, turn);
    const copy = { dims: shown.dims, data: shown.data.slice() };
    const next = withImages([...turn.prompt, ...said, ...MORE], second);
    const asked = { ...next, features: [copy, second], owner: 'acme' };
    const [expected, found] = [await told(cold, asked), await answer(warm, asked)];
    expect(tokensOf(found)).toEqual(expected);
    expect(cachedOf(found)).toBe(128);
    expect(cachedOf(await answer(warm, { ...turn, owner: 'other' }))).toBe(0);
    await warm.forget('acme');
    expect(cachedOf(await answer(warm, turn))).toBe(0);
  });

  test.each(['score', 'detail', 'likeliest', 'lens', 'states'] as ScoreKind[])(
    'scores of embedded tokens are those of tokens: %s',
    async (kind) => {
      const [engine] = engines as [GenerationEngine];
      const item = { prompt: TEXT, completion: MORE.slice(0, 9) };
      const shown = {
        ...item,
        prompt: [...TEXT.slice(0, 7), ...placeholders(53)],
        imageToken: IMAGE,
        features: [seen(...TEXT.slice(7))],
      };
      for (const adapter of [undefined, 'one'])
        expect(await engine.score([shown], { kind, adapter })).toEqual(
          await engine.score([item], { kind, adapter }),
        );
    },
  );

  test('scores beside others, of other images and of none, are those of alone', async () => {
    const [engine] = engines as [GenerationEngine];
    const [one, other] = [image(5, 30), image(6, 30)];
    const items = [one, other].flatMap((shown) =>
      [3, 4, 5].map((seed): ScoredItem => ({
        ...withImages(TEXT, shown),
        completion: ids(4, seed),
      })),
    );
    const all = [...items, { prompt: TEXT, completion: MORE }, { prompt: MORE, completion: TEXT }];
    const together = await engine.score(all);
    const alone = [];
    for (const item of all) alone.push(...(await engine.score([item])));
    for (const [i, { tokens }] of together.entries())
      for (const [j, logProb] of tokens.entries())
        expect(logProb).toBeCloseTo(alone[i]!.tokens[j]!, precision === 'float32' ? 4 : 1);
    const sums = new Set(together.slice(0, 6).map(({ sum }) => sum.toFixed(6)));
    expect(sums.size).toBe(6);
  });

  test("a gradient is of the weights that an image passes: its features are nobody's", async () => {
    // Gradients are of float32 weights.
    if (precision !== 'float32') return;
    const [engine] = engines as [GenerationEngine];
    const item = { prompt: TEXT, completion: MORE.slice(0, 9) };
    const shown = {
      prompt: placeholders(59),
      imageToken: IMAGE,
      features: [seen(...TEXT.slice(0, 59))],
    };
    const [seenNorm, read] = await engine.score(
      [{ ...item, ...shown, prompt: [...shown.prompt, TEXT[59]!] }, item],
      { kind: 'gradient' },
    );
    expect(seenNorm!.tokens).toEqual(read!.tokens);
    // All but the embedding's part.
    expect(seenNorm!.gradientNorm).toBeLessThan(read!.gradientNorm!);
    expect(seenNorm!.gradientNorm).toBeGreaterThan(0.95 * read!.gradientNorm!);
  });

  test('what makes room, is cancelled and arrives beside is what it is alone', async () => {
    const [wide, , tight] = engines as [GenerationEngine, unknown, GenerationEngine];
    const random = new Random('beside');
    const asked = Array.from({ length: 6 }, (_, seed): Asked => ({
      ...(seed % 3 === 0
        ? { prompt: ids(1 + random.below(90), seed) }
        : withImages(ids(random.below(40), seed), image(seed, 1 + random.below(90)), image(9, 5))),
      maxTokens: 110 + random.below(50),
      temperature: seed % 2 ? 0.7 : 0,
      seed,
      adapter: [undefined, 'one'][seed % 2],
      owner: `owner ${seed % 2}`,
      atOnce: seed % 4 === 0,
    }));
    const alone: number[][] = [];
    for (const one of asked) alone.push(await told(wide, one));
    const left = asked.map((one) => answer(tight, { ...one, atOnce: false }, 2));
    const together = await Promise.all(asked.map((one) => told(tight, one)));
    await Promise.all(left);
    const other = together.filter((tokens, i) => String(tokens) !== String(alone[i]));
    // Of products of few bits, which round what they multiply, a near tie may turn.
    expect(other.length).toBeLessThanOrEqual({ float32: 0, int8: 2, int4: 3 }[precision]);
    const { preemptions, kvUsage } = await tight.figures();
    expect(preemptions).toBeGreaterThan(0);
    expect(kvUsage).toBe(0);
  });

  test('another model says of an image what it shows: patched scores', async () => {
    const [engine] = engines as [GenerationEngine];
    const item = { ...withImages(TEXT, image(7, 20)), completion: ids(3, 8) };
    const [score] = await scorePatched(engine, [item], {
      source: { engine, adapter: undefined },
      adapter: 'one',
    });
    const [own] = await engine.score([item]);
    for (const [i, logProb] of score!.patched.at(-1)!.entries())
      expect(logProb).toBeCloseTo(own!.tokens[i]!, precision === 'float32' ? 4 : 1);
  });

  test('what does not fit is refused, and nothing runs', async () => {
    const [, warm] = engines as [unknown, GenerationEngine];
    const { prefixQueries } = await warm.figures();
    const asked = { ...withImages(TEXT, image(8, 4)), features: [image(8, 5)] };
    await expect(answer(warm, asked)).rejects.toThrow(FeaturesError);
    await expect(
      answer(warm, { ...asked, twin: [IMAGE], features: [image(8, 4)] }),
    ).rejects.toThrow('the prompt has 1 tokens for images, expected 4');
    await expect(
      warm.score([{ prompt: asked.prompt, completion: [1], imageToken: IMAGE }]),
    ).rejects.toThrow('the prompt has 4 tokens for images, expected 0');
    expect((await warm.figures()).prefixQueries).toBe(prefixQueries);
  });
});
