// Training over a base model in 16 and in 8 bits next to the same in float32.

import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Precision } from '#contracts/precision.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { cosine } from '#testing/cosine.js';
import { stepUnits } from '../examples/step-examples.js';
import { LOSS_SCALE } from '../optimizer/loss-scale.js';
import { tinyExamples, tinyOptions } from '../testing/tiny-run.js';
import type { TrainOptions } from '../training-options.js';
import { openRun } from './open-run.js';

/** Of the first step. */
async function firstStep(
  changes: Partial<TrainOptions>,
  lossScale = 2 ** 16,
): Promise<{ loss: number; divergence: number; gradients: Float32Array }> {
  const run = await openRun(
    tinyOptions({ target: tinyExamples(4, 'forget'), retainTerms: ['klr'], ...changes }),
  );
  const losses = await run.runner.run(
    0,
    [0, 1, 2, 3].flatMap((index) => stepUnits(run, index)),
    { [LOSS_SCALE]: lossScale },
    () => {},
  );
  const gradients = run.runner.gradients.slice();
  await run.close();
  return { loss: losses.target, divergence: losses.klr, gradients };
}

const golden = (name: string): string =>
  fileURLToPath(new URL(`../../../../test/golden/${name}`, import.meta.url));

// GPT-2 stores its matrices the other way round and has biases; Phi-3's are fused.
describe.each(['llama', 'gpt2', 'phi3'])('%s', (name) => {
  const step = async (precision: Precision, lossScale?: number) =>
    firstStep({ scratch: (await openCheckpoint(golden(name))).config, precision }, lossScale);

  test('in 8 bits has nearly the loss and the gradients of float32', async () => {
    const [exact, rough] = [await step('float32'), await step('int8')];
    expect(rough.loss / exact.loss).toBeCloseTo(1, 2);
    expect(cosine(exact.gradients, rough.gradients)).toBeGreaterThan(0.98);
  });

  test('in 16 bits has the loss and the gradients of float32, of which small ones vanish under too small a factor', async () => {
    const [exact, rounded, vanishing] = [
      await step('float32'),
      await step('float16'),
      await step('float16', 2 ** -10),
    ];
    expect(rounded.loss / exact.loss).toBeCloseTo(1, 5);
    expect(rounded.loss).not.toBe(exact.loss);
    expect(cosine(exact.gradients, rounded.gradients)).toBeGreaterThan(0.999999);
    expect(cosine(exact.gradients, vanishing.gradients)).toBeLessThan(0.9999);
  });

  test.each(['float16', 'int8'] as const)(
    'in %s is its own reference: nothing diverges before the first update',
    async (precision) => {
      expect((await step(precision)).divergence).toBeCloseTo(0, 5);
    },
  );
});

test.each(['float16', 'int8'] as const)('what is trained itself is never %s', async (precision) => {
  await expect(openRun(tinyOptions({ precision, trainable: { type: 'full' } }))).rejects.toThrow(
    `precision ${precision}`,
  );
});

test('int8 is refused where a device has no kernels for it', async () => {
  await expect(openRun(tinyOptions({ device: 'webgpu', precision: 'int8' }))).rejects.toThrow(
    'precision int8: device webgpu has no kernels for it; expected float32 or float16',
  );
});
