// The norm of a gradient, against what moving each weight by itself does to the loss.

import { expect, test } from 'vitest';
import { item } from '#collections/items.js';
import { mean } from '#metrics/statistics.js';
import { tinyAdapter } from '#testing/tiny-adapter.js';
import { TINY_CONFIG, tinyWeights } from '#testing/tiny-model.js';
import { type LoadedAdapter, loadAdapter } from './adapter-rows.js';
import type { ScoreKind } from './graphs.js';
import { ModelRunner } from './model-runner.js';
import { scoreRows, takeBatch } from './score-batch.js';

/** Of so few weights that each can be moved. */
const SMALL = {
  ...TINY_CONFIG,
  vocabSize: 11,
  hiddenSize: 4,
  intermediateSize: 6,
  numHiddenLayers: 2,
  numAttentionHeads: 2,
  numKeyValueHeads: 1,
  headDim: 2,
  rope: { dim: 2, theta: 10000 },
};
const ITEM = { prompt: [3, 1, 4], completion: [1, 5, 9, 2] };
const STEP = 2 ** -11;

const adapter = loadAdapter(tinyAdapter(SMALL, { r: 2, alpha: 3, seed: 2 }), SMALL);

test.each([
  ['a model', undefined],
  ['a model with an adapter', adapter],
] as const)('of %s', async (_, lora) => {
  const weights = tinyWeights(SMALL);
  const compute = { device: 'cpu', threads: 1 } as const;
  const runner = new ModelRunner({ config: SMALL, weights, maxContext: 16, compute });
  const lossAt = async (tensor: Float32Array, at: number, value: number): Promise<number> => {
    const before = item(tensor, at);
    tensor[at] = value;
    const { logProbs } = await scored(runner, 'score', lora);
    tensor[at] = before;
    return -mean(logProbs);
  };
  const norms: number[] = [];
  for (const { data } of weights.values()) {
    const slopes: number[] = [];
    for (const [at, value] of data.entries()) {
      const [up, down] = [value + STEP, value - STEP];
      slopes.push(((await lossAt(data, at, up)) - (await lossAt(data, at, down))) / (2 * STEP));
    }
    norms.push(Math.hypot(...slopes));
  }
  const { gradientNorm } = await scored(runner, 'gradient', lora);
  await runner.close();
  expect(gradientNorm! / mean(norms)).toBeCloseTo(1, 3);
});

function scored(runner: ModelRunner, kind: ScoreKind, lora: LoadedAdapter | undefined) {
  const limits = { rows: 1, tokens: 16, scores: 256, steady: 16 };
  return runner.score(takeBatch([scoreRows([ITEM])], limits), lora, kind);
}
