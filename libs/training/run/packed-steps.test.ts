// A step whose examples are packed is the step of examples in rows of their own: for every
// objective, its references and sums by example included.

import { afterAll, expect, test } from 'vitest';
import { objectiveNames } from '#contracts/objectives/index.js';
import { Random } from '#runtime/random.js';
import { attentionCost, groupExamples } from '../examples/example-groups.js';
import { stepUnits } from '../examples/step-examples.js';
import { tinyConfig, tinyOptions } from '../testing/tiny-run.js';
import type { TrainOptions } from '../training-options.js';
import { openRun, type Run } from './open-run.js';

/** Wide, as attention is dear next to so small a model's weights. */
const config = { ...tinyConfig, intermediateSize: 256 };
const runs: Run[] = [];
afterAll(() => Promise.all(runs.map((run) => run.close())));

/** Of a pass: all examples, short and long, share one. */
const MAX_TOKENS = 256;

/** Few long examples and many short ones, as padding asks for packing. */
function unevenExamples(lengths: readonly number[], seed: string) {
  const random = new Random(seed);
  return lengths.map((length) => ({
    ids: Array.from({ length }, () => random.below(tinyConfig.vocabSize)),
    labelStart: 2,
  }));
}
const alternates = unevenExamples([5, 17, 3, 8, 4, 20], 'alternate');
const target = unevenExamples([30, 4, 5, 6, 4, 7], 'forget').map((example, i) => ({
  ...example,
  alternates: [alternates[i]!],
}));
const retain = unevenExamples([4, 28, 6, 5], 'retain');
const indices = [0, 1, 2, 3, 4, 5];
const choices = objectiveNames.map((type) => (type === 'rmu' ? { type, layer: 1 } : type));

async function stepOf(changes: Partial<TrainOptions>) {
  const run = await openRun(
    tinyOptions({
      scratch: config,
      target,
      retain,
      retainTerms: ['gdr', 'klr'],
      microBatchTokens: MAX_TOKENS,
      ...changes,
    }),
  );
  runs.push(run);
  const random = new Random('perturb');
  for (const { data } of run.store.tensors.values())
    data.forEach((x, i) => (data[i] = x + 0.3 * random.normal()));
  for (const { dims, data } of run.model.weights.values())
    if (dims.length > 1) data.forEach((x, i) => (data[i] = 8 * x));
  const state: Record<string, number> = run.goal.objective.type === 'pdu' ? { lambda: 1.5 } : {};
  const losses = await run.runner.run(
    0,
    indices.flatMap((index) => stepUnits(run, index)),
    state,
    () => {},
  );
  return { run, losses, gradients: run.runner.gradients.slice() };
}

test.each(choices)('%j', async (objective) => {
  const [packed, plain] = [
    await stepOf({ objective }),
    await stepOf({ objective, packing: false }),
  ];
  const units = indices.flatMap((index) => stepUnits(packed.run, index));
  const groups = groupExamples(units, {
    maxTokens: MAX_TOKENS,
    attention: attentionCost(config),
    packing: true,
  });
  expect(groups.some(({ rows }) => rows.some((row) => row.length > 2))).toBe(true);
  for (const name of ['target', 'gdr', 'klr', 'retained', 'loss', 'tokens'] as const) {
    const expected = plain.losses[name];
    expect(Math.abs(packed.losses[name] - expected), name).toBeLessThanOrEqual(
      1e-5 * Math.max(1, Math.abs(expected)),
    );
  }
  const scale = Math.max(...plain.gradients.map(Math.abs));
  expect(scale).toBeGreaterThan(0);
  packed.gradients.forEach((g, i) =>
    expect(Math.abs(g - plain.gradients[i]!) / scale).toBeLessThan(2e-5),
  );
});
