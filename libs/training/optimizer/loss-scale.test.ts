// Gradients in 16 bits: those that overflow are computed again, training follows float32, and a
// resumed run goes on with the same factor.

import { expect, test } from 'vitest';
import { tinyOptions } from '../testing/tiny-run.js';
import { type RunHooks, runTraining } from '../trainer.js';
import type { TrainOptions, TrainProgress, TrainResult } from '../training-options.js';
import { LossScale } from './loss-scale.js';

async function follow(
  changes: Partial<TrainOptions>,
  hooks: Partial<RunHooks> = {},
): Promise<{ steps: TrainProgress[]; result: TrainResult }> {
  const steps: TrainProgress[] = [];
  const own = {
    checkAbort: () => {},
    onProgress: (progress: TrainProgress) => void steps.push(progress),
    onCheckpoint: async () => {},
  };
  const result = await runTraining(tinyOptions({ precision: 'float16', ...changes }), {
    ...own,
    ...hooks,
  });
  return { steps, result };
}

/** The first factor overflows; AdamW and clipping see a gradient's direction alone. */
const large = { targetWeight: 1e4, epochs: 10, maxSteps: 20 };

test('a step that overflows is taken again with half the factor, and training follows float32', async () => {
  const { steps } = await follow(large);
  const exact = (await follow({ ...large, precision: 'float32' })).steps;
  expect(steps[0]!.lossScale).toBeLessThan(65536);
  expect(exact[0]!.lossScale).toBeUndefined();
  expect(steps.map(({ step }) => step)).toEqual(exact.map(({ step }) => step));
  for (const [i, { targetLoss }] of steps.entries())
    expect(Math.abs(targetLoss - exact[i]!.targetLoss), `step ${i + 1}`).toBeLessThan(1e-3);
});

test('a loss of ordinary size keeps the first factor', async () => {
  expect((await follow({ maxSteps: 2 })).steps.map(({ lossScale }) => lossScale)).toEqual([
    65536, 65536,
  ]);
});

test('a resumed run goes on with the same factor, to the same bytes', async () => {
  const changes = { ...large, maxSteps: 4, checkpointSteps: 2 };
  let checkpoint: Uint8Array | undefined;
  const whole = await follow(changes, {
    onCheckpoint: async (_step, bytes) => void (checkpoint = bytes),
  });
  const resumed = await follow(changes, { resumeFrom: checkpoint! });
  expect(resumed.steps[0]!.lossScale).toBe(whole.steps[2]!.lossScale);
  expect(resumed.result.adapter).toEqual(whole.result.adapter);
});

test('the factor grows after 2000 good steps, falls to 1 at least, and is no remedy for a loss that is not finite', async () => {
  const scale = new LossScale();
  const take = async (factor: number) => ({ loss: 1, factor });
  for (let step = 0; step < 2000; step++) await scale.run(take, Float32Array.of(1));
  expect((await scale.run(take, Float32Array.of(1))).factor).toBe(131_072);
  expect(
    (await scale.run(async (factor) => ({ loss: NaN, factor }), Float32Array.of(NaN))).factor,
  ).toBe(131_072);
  expect((await scale.run(take, Float32Array.of(Infinity))).factor).toBe(1);
});
