// Every architecture from nothing: it starts neutral, learns, and is adapted in full.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readAdapter } from '#models/adapters/adapter-files.js';
import { adaptedWeights } from '#models/adapters/adapter.js';
import { parseHfConfig } from '#models/checkpoints/hf-config.js';
import { architectureOf, modelTypes } from '#models/families/index.js';
import { expectedTensors, traceOf } from '#models/passes/trace.js';
import { goldenRoot } from '#testing/golden.js';
import { stepUnits } from '../examples/step-examples.js';
import { adamwUpdate } from '../optimizer/adamw.js';
import { tinyExamples, tinyOptions } from '../testing/tiny-run.js';
import { runTraining } from '../trainer.js';
import { openRun } from './open-run.js';
import { initialWeights } from './parameters.js';

const STEPS = 6;

describe.each(modelTypes())('%s from nothing', (modelType) => {
  const path = join(goldenRoot, modelType, 'config.json');
  const config = parseHfConfig(path, JSON.parse(readFileSync(path, 'utf8')));

  test('biases are zero, norms neutral, matrices small', () => {
    const initial = initialWeights(config, 1);
    const neutral = architectureOf(config).offsetNorms ? 0 : 1;
    for (const [name, dims] of expectedTensors(config)) {
      const data = initial(name, dims);
      if (dims.length === 1)
        expect(new Set(data), name).toEqual(new Set([name.endsWith('.bias') ? 0 : neutral]));
      else expect(Math.max(...data.map(Math.abs)), name).toBeLessThan(0.15);
    }
  });

  test('a few steps lower the loss from that of guessing', async () => {
    const options = tinyOptions({
      scratch: config,
      trainable: { type: 'full' },
      target: tinyExamples(4, 'rows'),
    });
    const run = await openRun(options);
    const units = [0, 1, 2, 3].flatMap((index) => stepUnits(run, index));
    const losses: number[] = [];
    for (let step = 1; step <= STEPS; step++) {
      losses.push((await run.runner.run(step, units, {}, () => {})).loss);
      adamwUpdate(run.store.values, run.runner.gradients, run.store.moments, run.store.segments, {
        step,
        learningRate: 1e-2,
        weightDecay: 0,
        gradientScale: 1,
      });
    }
    await run.close();
    expect(Math.abs(losses[0]! - Math.log(config.vocabSize))).toBeLessThan(0.3);
    expect(losses.at(-1)!).toBeLessThan(0.7 * losses[0]!);
  });

  test('an adapter is on every linear layer where it is not told otherwise', async () => {
    const hooks = { checkAbort: () => {}, onProgress: () => {}, onCheckpoint: async () => {} };
    const { adapter } = await runTraining(tinyOptions({ scratch: config, maxSteps: 1 }), hooks);
    const linears = [...traceOf(config).linears.values()];
    expect(adaptedWeights(readAdapter(adapter!))).toEqual(
      linears.map(({ name }) => name).toSorted(),
    );
    expect(readAdapter(adapter!).fanInFanOut ?? false).toBe(
      linears.some(({ transposed }) => transposed),
    );
  });
});
