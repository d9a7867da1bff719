// Replicas: what they do together is what one does alone, and what goes wrong in one of them is
// told.

import { afterAll, expect, test } from 'vitest';
import { Random } from '#runtime/random.js';
import { shareOf } from '../examples/example-groups.js';
import { stepUnits } from '../examples/step-examples.js';
import { tinyExamples, tinyOptions } from '../testing/tiny-run.js';
import type { TrainOptions } from '../training-options.js';
import { openRun, type Run } from './open-run.js';
import { ReplicatedRunner } from './replica.js';
import { estimateRun, fitRun } from './run-memory.js';
import { replicasFor } from './run-shape.js';
import { planTraining } from './training-model.js';

const runs: Run[] = [];
afterAll(() => Promise.all(runs.map((run) => run.close())));

const examples = tinyExamples(8, 'divided');
const options = tinyOptions({
  target: examples,
  retain: tinyExamples(5, 'kept'),
  batchSize: 8,
  gradientAccumulation: 1,
  threads: 2,
});
const unitsOf = (run: Run) => examples.flatMap((_, index) => stepUnits(run, index));

async function open(changes: Partial<TrainOptions>): Promise<Run> {
  const run = await openRun({ ...options, ...changes });
  runs.push(run);
  const random = new Random('perturb');
  for (const { data } of run.store.tensors.values())
    data.forEach((x, i) => (data[i] = x + 0.3 * random.normal()));
  return run;
}

test.each([
  ['sft', {}],
  [
    'npo with both retain terms and its reference',
    { objective: 'npo', retainTerms: ['gdr', 'klr'] },
  ],
  ['examples in several passes', { microBatchTokens: 16 }],
  ['8 bits', { precision: 'int8' }],
] as [string, Partial<TrainOptions>][])(
  'a step of two is the step of one: %s',
  async (_, changes) => {
    const [one, two] = [await open({ ...changes, threads: 1 }), await open(changes)];
    expect([one, two].map(({ runner }) => runner instanceof ReplicatedRunner)).toEqual([
      false,
      true,
    ]);
    for (const step of [0, 1]) {
      const [alone, together] = [
        await one.runner.run(step, unitsOf(one), {}, () => {}),
        await two.runner.run(step, unitsOf(two), {}, () => {}),
      ];
      for (const [name, loss] of Object.entries(alone))
        expect(Math.abs(together[name as 'loss'] - loss), name).toBeLessThanOrEqual(
          1e-5 * Math.max(1, Math.abs(loss)),
        );
      const scale = Math.max(...one.runner.gradients.map(Math.abs));
      expect(scale).toBeGreaterThan(0);
      one.runner.gradients.forEach((g, i) =>
        expect(Math.abs(g - two.runner.gradients[i]!) / scale).toBeLessThan(2e-5),
      );
      for (const { store } of [one, two])
        store.values.forEach((x, i) => (store.values[i] = x * 1.1));
    }
  },
  60_000,
);

test('units are divided evenly, each to one replica; a replica without one adds nothing', async () => {
  const run = await open({});
  const units = unitsOf(run);
  const shares = [0, 1].map((index) => shareOf(units, { index, of: 2 }));
  expect(new Set(shares.flat())).toEqual(new Set(units));
  const [a, b] = shares.map((share) =>
    share.flat().reduce((sum, { ids }) => sum + ids.length, 0),
  ) as [number, number];
  expect(Math.abs(a - b)).toBeLessThanOrEqual(5);
  await run.runner.run(0, units, {}, () => {});
  const { tokens } = await run.runner.run(1, units.slice(0, 1), {}, () => {});
  expect(tokens).toBe(units[0]!.flat()[0]!.ids.length);
  const alone = await open({ threads: 1 });
  await alone.runner.run(1, units.slice(0, 1), {}, () => {});
  expect([...run.runner.gradients]).toEqual([...alone.runner.gradients]);
});

test('few examples, odd threads, whole tensors, a mask and devices have no replicas', () => {
  expect(replicasFor(options)).toBe(2);
  const alone: Partial<TrainOptions>[] = [
    { threads: 1 },
    { threads: 3 },
    { batchSize: 3, retain: [] },
    { trainable: { type: 'full' } },
    { mask: 'sure' },
    { device: 'webgpu' },
  ];
  for (const changes of alone) expect(replicasFor({ ...options, ...changes })).toBe(1);
});

test('where memory is short there is one', async () => {
  const [one, two] = [await estimateRun({ ...options, threads: 1 }), await estimateRun(options)];
  expect(two.weights).toBe(2 * one.weights);
  const plan = await planTraining(options);
  expect(fitRun({ ...options, memoryLimit: two.total }, plan).replicas).toBe(2);
  expect(fitRun({ ...options, memoryLimit: two.total - 1 }, plan).replicas).toBe(1);
  const run = await open({ memoryLimit: two.total - 1 });
  expect(run.runner).not.toBeInstanceOf(ReplicatedRunner);
});

test('a step that fails in the other thread fails, and the next one is taken', async () => {
  const run = await open({});
  const units = unitsOf(run);
  const theirs = shareOf(units, { index: 1, of: 2 })[0]!;
  const broken = units.map((unit) =>
    unit === theirs
      ? unit.map((example) => ({ ...example, ids: example.ids.map(() => 10_000) }))
      : unit,
  );
  await expect(run.runner.run(0, broken, {}, () => {})).rejects.toThrow('Gather');
  expect((await run.runner.run(0, units, {}, () => {})).loss).toBeGreaterThan(0);
});
