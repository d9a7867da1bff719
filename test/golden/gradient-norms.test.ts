// Norms of gradients as scoring has them, of every architecture, against open-unlearning's formula
// under torch (gradient_norms.py).

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { required } from '#collections/required.js';
import { zip } from '#collections/zip.js';
import { type LoadedAdapter, loadAdapter } from '#generation/running/adapter-rows.js';
import { ModelRunner } from '#generation/running/model-runner.js';
import { scoreRows, takeBatch } from '#generation/running/score-batch.js';
import { readAdapter } from '#models/adapters/adapter-files.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { goldenNames, goldenRoot, readGolden } from '#testing/golden.js';
import { weightsOf } from './forward.js';

const TOLERANCE = 1e-4;
const CONTEXT = 96;

/** By folder, of its training rows; adapted: by merging. */
const norms = JSON.parse(readFileSync(join(goldenRoot, 'gradient-norms.json'), 'utf8')) as Readonly<
  Record<string, readonly { plain: number; adapted: number }[]>
>;

test.each(goldenNames())('%s, adapter or not', async (name) => {
  const { path, training, adapter } = readGolden(name);
  const checkpoint = await openCheckpoint(path);
  const { config } = checkpoint;
  const weights = await weightsOf(checkpoint);
  const compute = { device: 'cpu', threads: 1 } as const;
  const runner = new ModelRunner({ config, weights, maxContext: CONTEXT, compute });
  const adapted = loadAdapter(readAdapter(adapter), config);
  for (const [row, wanted] of zip(training.rows, required(norms, name))) {
    expectClose(await normOf(runner, row), wanted.plain);
    expectClose(await normOf(runner, row, adapted), wanted.adapted);
  }
  await runner.close();
});

const expectClose = (found: number, wanted: number): void =>
  expect(Math.abs(found / wanted - 1)).toBeLessThan(TOLERANCE);

async function normOf(
  runner: ModelRunner,
  { ids, labelStart }: { ids: readonly number[]; labelStart: number },
  adapter?: LoadedAdapter,
): Promise<number> {
  const asked = { prompt: ids.slice(0, labelStart), completion: ids.slice(labelStart) };
  const limits = { rows: 1, tokens: CONTEXT, scores: 2 ** 20, steady: 0 };
  const batch = takeBatch([scoreRows([asked])], limits);
  return (await runner.score(batch, adapter, 'gradient')).gradientNorm!;
}
