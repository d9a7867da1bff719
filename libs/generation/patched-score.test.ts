import { describe, expect, onTestFinished, test } from 'vitest';
import type { Adapter } from '#models/adapters/adapter.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { expectedTensors } from '#models/passes/trace.js';
import type { Weight } from '#models/tensors/half-tensor.js';
import type { ModelConfig } from '#models/types.js';
import { goldenNames, readGolden } from '#testing/golden.js';
import { referenceDistribution } from '#testing/reference-distribution.js';
import { referenceLogits } from '#testing/reference-llama.js';
import { tinyAdapter } from '#testing/tiny-adapter.js';
import { TINY_CONFIG, tinyWeights } from '#testing/tiny-model.js';
import type { GenerationEngine } from './generation.js';
import { type PatchedScore, scorePatched } from './patched-score.js';
import { loadAdapter } from './running/adapter-rows.js';
import { ModelRunner } from './running/model-runner.js';
import { type ScoreItem, scoreRows, takeBatch } from './running/score-batch.js';
import { type Score, scoresOf } from './running/score.js';

const WEIGHTS = tinyWeights();
const adapters: Readonly<Record<string, Adapter>> = {
  taught: tinyAdapter(TINY_CONFIG, { seed: 3 }),
  unlearned: tinyAdapter(TINY_CONFIG, {
    r: 5,
    alpha: 5,
    seed: 4,
    targetModules: ['q_proj', 'up_proj'],
  }),
};

const ids = (length: number, seed: number, vocabulary = 256): number[] =>
  Array.from({ length }, (_, i) => (i * 37 + seed * 11) % vocabulary);

/** What the engine's thread does, at hand. */
function engineOf(
  config: ModelConfig,
  weights: ReadonlyMap<string, Weight>,
  known: Readonly<Record<string, Adapter>>,
  rows = 16,
): Pick<GenerationEngine, 'score'> {
  const compute = { device: 'cpu', threads: 1 } as const;
  const runner = new ModelRunner({ config, weights, compute, maxContext: 64 });
  onTestFinished(() => runner.close());
  const loaded = new Map(
    Object.entries(known).map(([name, adapter]) => [name, loadAdapter(adapter, config)]),
  );
  return {
    async score(asked, { adapter, kind = 'score' } = {}) {
      const scores = asked.map((): Score => ({ sum: 0, tokens: [] }));
      const limits = { rows, tokens: 1000, scores: 2 ** 20, steady: runner.steadyLength };
      for (const waiting = scoreRows(asked); waiting.length > 0;) {
        const batch = takeBatch([waiting], limits);
        const of = adapter === undefined ? undefined : loaded.get(adapter);
        const found = scoresOf(batch, await runner.score(batch, of, kind));
        for (const [i, { index }] of batch.rows.entries()) scores[index] = found[i]!;
      }
      return scores;
    },
  };
}

const items: ScoreItem[] = [
  { prompt: ids(5, 1), completion: ids(3, 2) },
  { prompt: ids(20, 3), completion: ids(9, 4) },
  { prompt: ids(1, 5), completion: ids(1, 6) },
];

/** By plain loops over float64. */
function expected(item: ScoreItem, target: Adapter | undefined, source: Adapter | undefined) {
  const { prompt, completion } = item;
  const all = [...prompt, ...completion];
  const states: number[][][] = [];
  referenceLogits(TINY_CONFIG, WEIGHTS, all, source, (state, layer, position) => {
    (states[layer] ??= [])[position] = state;
    return state;
  });
  const logProbs = (patchedLayer: number): number[] => {
    const logits = referenceLogits(TINY_CONFIG, WEIGHTS, all, target, (state, layer, position) => {
      const tells = position >= prompt.length - 1 && position < all.length - 1;
      return layer === patchedLayer && tells ? states[layer]![position]! : state;
    });
    return completion.map(
      (id, at) => referenceDistribution(logits[prompt.length + at - 1]!).logProbs[id]!,
    );
  };
  return {
    tokens: logProbs(-1),
    patched: Array.from({ length: TINY_CONFIG.numHiddenLayers }, (_, layer) => logProbs(layer)),
  };
}

const close = (values: readonly number[], digits = 3) =>
  values.map((value) => expect.closeTo(value, digits));

test.each([
  ['taught', 'unlearned'],
  ['unlearned', 'taught'],
  ['taught', undefined],
  [undefined, 'unlearned'],
])('%s with the states of %s is the patched reference', async (adapter, source) => {
  const engine = engineOf(TINY_CONFIG, WEIGHTS, adapters);
  const scores = await scorePatched(engine, items, {
    adapter,
    source: { engine, adapter: source },
  });
  for (const [i, { tokens, patched, sum }] of scores.entries()) {
    const item = items[i]!;
    const of = (name: string | undefined) => (name === undefined ? undefined : adapters[name]);
    const reference = expected(item, of(adapter), of(source));
    expect(tokens).toEqual(close(reference.tokens));
    expect(patched).toEqual(reference.patched.map((layer) => close(layer)));
    expect(sum).toBe(tokens.reduce((a, b) => a + b, 0));
    // Each layer tells another story.
    expect(Math.abs(patched[0]![0]! - tokens[0]!)).toBeGreaterThan(0.01);
  }
});

test('patched scores are to the bit the same one row at a time', async () => {
  const scoredBy = (rows: number): Promise<PatchedScore[]> => {
    const engine = engineOf(TINY_CONFIG, WEIGHTS, adapters, rows);
    const source = { engine, adapter: 'unlearned' };
    return scorePatched(engine, items, { adapter: 'taught', source });
  };
  const [together, alone] = [await scoredBy(16), await scoredBy(1)];
  expect(alone).toEqual(together);
});

test('a completion without tokens has nothing to patch', async () => {
  const engine = engineOf(TINY_CONFIG, WEIGHTS, adapters);
  const scores = await scorePatched(engine, [{ prompt: [1], completion: [] }], {
    source: { engine, adapter: 'taught' },
  });
  expect(scores).toEqual([{ sum: 0, tokens: [], patched: [] }]);
});

describe.each(goldenNames())('%s', (name) => {
  test("its own states change nothing, another's after the last layer make it the other", async () => {
    const checkpoint = await openCheckpoint(readGolden(name).path);
    const { config } = checkpoint;
    const weights = new Map<string, Weight>();
    for (const [tensor, dims] of expectedTensors(config))
      weights.set(tensor, { dims, data: await checkpoint.read(tensor) });
    const known = {
      one: tinyAdapter(config, { seed: 3 }),
      other: tinyAdapter(config, { r: 3, seed: 4 }),
    };
    const engine = engineOf(config, weights, known);
    // Sums over hidden states of odd sizes, as no published model has, hang on where these lie.
    const digits = config.hiddenSize % 4 === 0 ? 14 : 4;
    const asked: ScoreItem[] = [
      { prompt: ids(7, 1, config.vocabSize), completion: ids(5, 2, config.vocabSize) },
      { prompt: ids(30, 3, config.vocabSize), completion: ids(12, 4, config.vocabSize) },
    ];
    for (const { tokens, patched } of await scorePatched(engine, asked, {
      adapter: 'one',
      source: { engine, adapter: 'one' },
    }))
      expect(patched).toEqual(
        Array.from({ length: config.numHiddenLayers }, () => close(tokens, digits)),
      );
    const others = await engine.score(asked, { adapter: 'other' });
    const scores: PatchedScore[] = await scorePatched(engine, asked, {
      adapter: 'one',
      source: { engine, adapter: 'other' },
    });
    for (const [i, { tokens, patched }] of scores.entries()) {
      expect(patched.at(-1)).toEqual(close(others[i]!.tokens, digits));
      for (const layer of patched) expect(layer).not.toEqual(tokens);
    }
  });
});
