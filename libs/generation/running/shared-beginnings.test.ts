// What rows have in common is read once, in every architecture, and scores are the same bits as when
// each row is read alone.

import { describe, expect, test } from 'vitest';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { expectedTensors } from '#models/passes/trace.js';
import type { Weight } from '#models/tensors/half-tensor.js';
import type { ModelConfig } from '#models/types.js';
import { goldenNames, readGolden } from '#testing/golden.js';
import { ModelRunner } from './model-runner.js';
import { type ScoreItem, scoreRows, takeBatch } from './score-batch.js';
import { type Score, scoresOf } from './score.js';

async function openRunner(path: string): Promise<{ runner: ModelRunner; config: ModelConfig }> {
  const checkpoint = await openCheckpoint(path);
  const { config } = checkpoint;
  const weights = new Map<string, Weight>();
  for (const [name, dims] of expectedTensors(config))
    weights.set(name, { dims, data: await checkpoint.read(name) });
  const compute = { device: 'cpu', threads: 1 } as const;
  const runner = new ModelRunner({ config, weights, compute, maxContext: 64 });
  return { runner, config };
}

const together = { rows: 16, tokens: 1000, scores: 2 ** 20 };

async function scored(
  runner: ModelRunner,
  items: readonly ScoreItem[],
  rows: number,
): Promise<{ scores: Score[]; read: number }> {
  const scores: Score[] = [];
  let read = 0;
  const limits = { ...together, rows, steady: runner.steadyLength };
  for (const waiting = scoreRows(items); waiting.length > 0;) {
    const batch = takeBatch([waiting], limits);
    const found = scoresOf(batch, await runner.score(batch, undefined, 'detail'));
    for (const [i, { index }] of batch.rows.entries()) scores[index] = found[i]!;
    read += batch.ids.length;
  }
  return { scores, read };
}

describe.each(goldenNames())('%s', (name) => {
  test('scores alone and together', async () => {
    const { runner, config } = await openRunner(readGolden(name).path);
    const ids = (length: number, seed: number): number[] =>
      Array.from({ length }, (_, i) => (i * 37 + seed * 11) % config.vocabSize);
    const [prompt, other] = [ids(11, 1), [...ids(6, 1), ...ids(5, 2)]];
    const items = [
      { prompt, completion: ids(4, 3) },
      { prompt, completion: ids(9, 4) },
      { prompt: other, completion: ids(12, 5) },
      { prompt, completion: ids(4, 3) },
      { prompt, completion: [...ids(4, 3), ...ids(20, 6)] },
      { prompt: [...prompt, ...ids(4, 3)], completion: ids(3, 6) },
      { prompt: other, completion: ids(1, 7) },
      { prompt: prompt.slice(0, 1), completion: prompt.slice(1, 2) },
    ];
    const [one, all] = [await scored(runner, items, 1), await scored(runner, items, 16)];
    // A label's logit is summed over hidden states: of odd sizes, as no published model has, by where
    // they lie in memory.
    const digits = config.hiddenSize % 4 === 0 ? 14 : 4;
    for (const [i, { tokens, detail }] of one.scores.entries()) {
      const same = all.scores[i]!;
      expect(same.detail).toEqual(detail);
      expect(same.tokens.length).toBe(tokens.length);
      for (const [at, logProb] of tokens.entries())
        expect(same.tokens[at]).toBeCloseTo(logProb, digits);
    }
    const total = items.reduce((sum, { prompt: p, completion: c }) => sum + p.length + c.length, 0);
    expect(one.read).toBe(total);
    if (runner.steadyLength > 40) expect(all.read).toBeLessThan(0.6 * total);
    else expect(all.read).toBeLessThanOrEqual(total);
    await runner.close();
  });
});
