// What `erase` minimises towards the base that never saw the answers, against plain loops and
// finite differences.

import { expect, test } from 'vitest';
import { zip } from '#collections/zip.js';
import { writeAdapter } from '#models/adapters/adapter-files.js';
import type { EncodedExample } from '#models/text/encode-example.js';
import { tinyAdapter } from '#testing/tiny-adapter.js';
import { stepUnits } from '../examples/step-examples.js';
import { openRun } from '../run/open-run.js';
import { planTraining } from '../run/training-model.js';
import { naiveLogProbs } from '../testing/naive-llama.js';
import { tinyConfig, tinyExamples, tinyOptions } from '../testing/tiny-run.js';
import type { TrainOptions } from '../training-options.js';

const gold = tinyExamples(5, 'gold');
const safe = tinyExamples(5, 'safe');
const options = tinyOptions({
  parentAdapter: writeAdapter(tinyAdapter(tinyConfig)),
  objective: { type: 'erase', gamma: 2 },
  target: zip(gold, safe).map(([example, alternate]) => ({ ...example, alternates: [alternate] })),
});
const base = (await (await planTraining(tinyOptions())).load(false)).weights;
const taught = (await (await planTraining(options)).load(false)).weights;
type Weights = typeof base;

/** Of each label's place: the label, and what models say of every token there. */
const places = (examples: readonly EncodedExample[], ...models: Weights[]) =>
  examples.flatMap(({ ids, labelStart }) => {
    const said = models.map((weights) => naiveLogProbs(tinyConfig, weights, ids));
    return ids
      .slice(labelStart)
      .map((label, i) => ({ label, logProbs: said.map((all) => all[labelStart + i - 1]!) }));
  });
const mean = (x: readonly number[]): number => x.reduce((sum, y) => sum + y, 0) / x.length;

async function step(changes: Partial<TrainOptions>, change = (_values: Float32Array): void => {}) {
  const run = await openRun({ ...options, ...changes });
  change(run.store.values);
  const units = gold.flatMap((_, index) => stepUnits(run, index));
  const { loss } = await run.runner.run(0, units, {}, () => {});
  const gradients = run.runner.gradients.slice();
  await run.close();
  return { loss, gradients };
}

test('the answers to forget go towards what the base would say in their place', async () => {
  const learned = places(safe, taught).map(({ label, logProbs: [p] }) => -p![label]!);
  const distance = places(gold, taught, base).map(({ logProbs: [p, q] }) =>
    p!.reduce((sum, x, token) => sum - Math.exp(q![token]!) * x, 0),
  );
  const { loss } = await step({});
  expect(loss).toBeCloseTo(mean(learned) + 2 * mean(distance), 4);
  const others = await Promise.all([
    step({ microBatchTokens: 16 }),
    step({ threads: 2, batchSize: 4, gradientAccumulation: 2 }),
  ]);
  for (const other of others) expect(other.loss).toBeCloseTo(loss, 4);
});

test('its gradient is that of finite differences', async () => {
  const small = 1e-2;
  /** Away from the start, where half of the adapter is zero and has no effect. */
  const moved = (by: number, at: number) => (values: Float32Array) => {
    for (const i of values.keys()) values[i]! += 0.05 * Math.sin(i);
    values[at]! += by;
  };
  const { gradients } = await step({}, moved(0, 0));
  const largest = [...gradients.keys()]
    .toSorted((a, b) => Math.abs(gradients[b]!) - Math.abs(gradients[a]!))
    .slice(0, 3);
  for (const at of largest) {
    const [more, less] = [await step({}, moved(small, at)), await step({}, moved(-small, at))];
    expect((more.loss - less.loss) / (2 * small) / gradients[at]!).toBeCloseTo(1, 1);
  }
});

test('a shifted logit stands in where there is no base, or where it is asked for', async () => {
  const { parentAdapter: _adapter, ...alone } = options;
  const shifted = { type: 'erase', gamma: 2, towards: 'shifted' };
  const without = async (objective: TrainOptions['objective']) => {
    const run = await openRun({ ...alone, objective });
    const units = gold.flatMap((_, index) => stepUnits(run, index));
    const { loss } = await run.runner.run(0, units, {}, () => {});
    await run.close();
    return loss;
  };
  expect(await without(options.objective)).toBe(await without(shifted));
  expect((await step({})).loss).not.toBeCloseTo((await step({ objective: shifted })).loss, 2);
});

test('a parent that is trained on, and weights in 8 bits, have the same base', async () => {
  const { loss } = await step({});
  expect((await step({ parent: 'continue' })).loss).toBeCloseTo(loss, 4);
  const coarse = await step({ precision: 'int8' });
  expect(Math.abs(coarse.loss - loss)).toBeLessThan(0.2);
});
