// Training over a base model in 8 bits next to the same in float32.
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { openCheckpoint } from '#models/checkpoint.js';
import type { Precision } from '#models/precision.js';
import { tinyOptions, tinyRows } from './fixtures/tiny-run.js';
import { openRun } from './trainer.js';
import { stepUnits } from './row-set.js';
import type { TrainOptions } from './training-options.js';

/** Of the first step. */
async function firstStep(changes: Partial<TrainOptions>): Promise<{ loss: number; divergence: number; gradients: Float32Array }> {
  const run = await openRun(tinyOptions({ forget: tinyRows(4, 'forget'), retainTerms: ['klr'], ...changes }));
  const losses = await run.runner.run(0, [0, 1, 2, 3].flatMap((index) => stepUnits(run, index)), {}, () => {});
  const gradients = run.runner.gradients.slice();
  await run.close();
  return { loss: losses.forget, divergence: losses.klr, gradients };
}

function cosine(a: Float32Array, b: Float32Array): number {
  const dot = (u: Float32Array, v: Float32Array): number => u.reduce((sum, value, i) => sum + value * v[i]!, 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

const golden = (name: string): string => fileURLToPath(new URL(`../../../test/golden/${name}`, import.meta.url));

// GPT-2 stores its matrices the other way round and has biases; Phi-3's are fused.
describe.each(['llama', 'gpt2', 'phi3'])('%s', (name) => {
  const step = async (precision: Precision) => firstStep({ scratch: (await openCheckpoint(golden(name))).config, precision });

  test('in 8 bits has nearly the loss and the gradients of float32', async () => {
    const [exact, rough] = [await step('float32'), await step('int8')];
    expect(rough.loss / exact.loss).toBeCloseTo(1, 2);
    expect(cosine(exact.gradients, rough.gradients)).toBeGreaterThan(0.98);
  });

  test('is its own reference: nothing diverges before the first update', async () => {
    expect((await step('int8')).divergence).toBeCloseTo(0, 5);
  });
});

test('what is trained itself stays float32', async () => {
  await expect(openRun(tinyOptions({ precision: 'int8', trainable: { type: 'full' } }))).rejects.toThrow('precision int8');
});
