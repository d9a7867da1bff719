// Every architecture served in 8 and in 4 bits: what its blocks stand for, multiplied in float32, gives
// the same logits within the rounding of activations, and a row's logits do not depend on the rows
// beside it: not in a bit in 8 bits, nor, beyond the order of sums, in 4.

import { describe, expect, test } from 'vitest';
import { zip } from '#collections/zip.js';
import { servedPrecisions } from '#contracts/served-precision.js';
import { loadAdapter } from '#generation/running/adapter-rows.js';
import { ModelRunner } from '#generation/running/model-runner.js';
import { scoreRows, takeBatch } from '#generation/running/score-batch.js';
import { scoresOf } from '#generation/running/score.js';
import { readAdapter } from '#models/adapters/adapter-files.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { readServedWeights } from '#models/checkpoints/served-weights.js';
import { isBlocks, type ServedWeight, widenedBlocks } from '#models/tensors/block-tensor.js';
import { cosine } from '#testing/cosine.js';
import { type Golden, goldenNames, largestDifference, readGolden } from '#testing/golden.js';

const STEPS = 5;
/** Where a CPU has no AVX-512, a row alone in 4 bits is summed in another order than beside others. */
const SUM_ORDER = 1e-5;
const LIMITS = { rows: 4, tokens: 256, scores: 2 ** 16, steady: 96 };

const cases = goldenNames().flatMap((name) =>
  servedPrecisions.filter((one) => one !== 'float32').map((precision) => ({ name, precision })),
);

describe.each(cases)('$name in $precision', ({ name, precision }) => {
  const golden = readGolden(name);
  const prepare = async () => {
    const checkpoint = await openCheckpoint(golden.path);
    const weights = await readServedWeights(checkpoint, { precision, halfWeights: false });
    const { config } = checkpoint;
    const open = (held: ReadonlyMap<string, ServedWeight>) =>
      new ModelRunner({
        config,
        weights: held,
        maxContext: 96,
        compute: { device: 'cpu', threads: 1 },
      });
    const wide = new Map(
      [...weights].map(([tensor, held]) => [tensor, isBlocks(held) ? widenedBlocks(held) : held]),
    );
    return { config, rounded: open(weights), exact: open(wide), rows: rowsOf(golden, config) };
  };

  test('logits are those of the widened matrices; together as alone', async () => {
    const { rounded, exact, rows } = await prepare();
    const [alone, expected] = [[] as Float32Array[][], [] as Float32Array[][]];
    for (const row of rows) {
      alone.push(...(await decoded(rounded, [row])));
      expected.push(...(await decoded(exact, [row])));
    }
    const together = await decoded(rounded, rows);
    if (precision === 'int8') expect(together).toEqual(alone);
    for (const [ours, theirs] of zip(together.flat(), alone.flat()))
      expect(largestDifference(ours, theirs)).toBeLessThan(SUM_ORDER * largest(theirs));
    for (const [ours, theirs] of zip(alone.flat(), expected.flat())) {
      expect(ours).not.toEqual(theirs);
      expect(cosine(ours, theirs)).toBeGreaterThan(0.9);
    }
    await rounded.close();
    await exact.close();
  });

  test('scores are those of the widened matrices; the sum of probabilities is 1', async () => {
    const { rounded, exact, config } = await prepare();
    const prompt = golden.rows.plain;
    const every = Array.from({ length: config.vocabSize }, (_, token) => token);
    const ask = async (runner: ModelRunner): Promise<number[]> => {
      const logProbs: number[] = [];
      const waiting = scoreRows(every.map((token) => ({ prompt, completion: [token] })));
      while (waiting.length > 0) {
        const batch = takeBatch([waiting], LIMITS);
        const targets = await runner.score(batch, undefined, 'detail');
        for (const [{ index }, score] of zip(batch.rows, scoresOf(batch, targets)))
          logProbs[index] = score.sum;
      }
      return logProbs;
    };
    const [ours, theirs] = [await ask(rounded), await ask(exact)];
    expect(ours.reduce((sum, x) => sum + Math.exp(x), 0)).toBeCloseTo(1, 4);
    const worst = Math.max(...zip(ours, theirs).map(([a, b]) => Math.abs(a - b)));
    expect(worst).toBeLessThan(0.1 * Math.max(...theirs.map(Math.abs)));
    expect((await gradientNorm(rounded, prompt)) / (await gradientNorm(exact, prompt))).toBeCloseTo(
      1,
      0,
    );
    await rounded.close();
    await exact.close();
  });
});

type Row = ReturnType<typeof rowsOf>[number];

const largest = (values: Float32Array): number => Math.max(...values.map(Math.abs));

/** Every second row has the golden adapter. */
function rowsOf({ batch, rows, adapter }: Golden, config: Parameters<typeof loadAdapter>[1]) {
  const loaded = loadAdapter(readAdapter(adapter), config);
  return [...batch, rows.plain].map((prompt, id) => ({
    id,
    prompt,
    adapter: id % 2 ? loaded : undefined,
  }));
}

/** Logits of the prompt's last token and of each step, by row. */
async function decoded(runner: ModelRunner, rows: readonly Row[]): Promise<Float32Array[][]> {
  const logits: Float32Array[][] = [];
  for (const row of rows) logits.push([(await runner.prefill(row)).slice()]);
  for (let step = 0; step < STEPS; step++) {
    const tokens = (id: number) => Array.from({ length: step + 1 }, (_, i) => (7 * i + id) % 90);
    const results = await runner.decode(
      rows.map((row) => ({ ...row, tokens: tokens(row.id), last: tokens(row.id).at(-1)! })),
    );
    for (const [kept, result] of zip(logits, results)) kept.push(result.slice());
  }
  for (const { id } of rows) runner.release(id);
  return logits;
}

async function gradientNorm(runner: ModelRunner, ids: readonly number[]): Promise<number> {
  const item = { prompt: ids.slice(0, 1), completion: ids.slice(1) };
  const batch = takeBatch([scoreRows([item])], { ...LIMITS, rows: 1 });
  const { gradientNorm: norm } = await runner.score(batch, undefined, 'gradient');
  return norm!;
}
