// Sequences packed in one row give the losses and gradients that they give in rows of their own.

import { afterAll, expect, test } from 'vitest';
import type { ModelConfig } from '#models/types.js';
import { GraphSession } from '#runtime/graph-session.js';
import { Random } from '#runtime/random.js';
import { positionsOf } from '../examples/example-positions.js';
import { stepUnits } from '../examples/step-examples.js';
import { tinyConfig, tinyOptions } from '../testing/tiny-run.js';
import { openRun } from './open-run.js';
import { UNITS } from './sides.js';
import { lossFeeds, sequenceFeeds, Shares } from './step-feeds.js';
import { buildStepGraph, gradientOutput } from './step-graph.js';

const windowed = { ...tinyConfig, modelType: 'mistral', windows: [4, 4] };
const dynamic = {
  ...tinyConfig,
  rope: { dim: 4, theta: 10_000, scaling: { type: 'dynamic', factor: 2, originalLength: 6 } },
};
const sessions: GraphSession[] = [];
afterAll(() => Promise.all(sessions.map((session) => session.close())));

/** @param layouts of five sequences: how many lie in each row. */
async function results(
  config: ModelConfig,
  layouts: readonly (readonly number[])[],
): Promise<Map<string, Float32Array>[]> {
  const options = tinyOptions({
    scratch: config,
    objective: 'sft',
    trainable: { type: 'lora', r: 3, alpha: 6, dropout: 0 },
  });
  const run = await openRun(options);
  const random = new Random('perturb');
  for (const { data } of run.store.tensors.values())
    data.forEach((x, i) => (data[i] = x + 0.3 * random.normal()));
  for (const { dims, data } of run.model.weights.values())
    if (dims.length > 1) data.forEach((x, i) => (data[i] = 8 * x));
  const units = [0, 1, 2, 3, 4].flatMap((index) => stepUnits(run, index));
  const lora = {
    r: 3,
    alpha: 6,
    dropout: 0,
    targetModules: ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'],
  };
  // No sequence is longer than 10: rows of several are longer than the graph was built for.
  const built = buildStepGraph({ config, maxLength: 10, lora, goal: run.goal });
  const session = await GraphSession.create(
    built.graph,
    { device: 'cpu', threads: 1 },
    run.model.weights,
    run.store.inputs,
  );
  sessions.push(session);
  await run.close();
  const sequences = units.flat();
  const positions = sequences.map((example) => positionsOf(example, 'labels'));
  const losses = lossFeeds(units, positions, new Shares(sequences, built.asked), built.asked);
  const found = [];
  for (const layout of layouts) {
    const starts = layout.map((_, i) => layout.slice(0, i).reduce((sum, count) => sum + count, 0));
    const { feeds, sizes } = sequenceFeeds(
      config,
      layout.map((count, i) => sequences.slice(starts[i], starts[i]! + count)),
      positions,
    );
    found.push(await session.run({ ...feeds, ...losses }, { ...sizes, [UNITS]: units.length }));
  }
  expect(found[0]!.has(gradientOutput(0))).toBe(true);
  return found;
}

test.each([
  ['llama', tinyConfig],
  ['a sliding window', windowed],
  ['a rotation that depends on the length', dynamic],
] as [string, ModelConfig][])('packed and in rows of their own: %s', async (_name, config) => {
  const [plain, ...packed] = await results(config, [[1, 1, 1, 1, 1], [5], [2, 3], [1, 1, 3]]);
  for (const one of packed) {
    for (const [name, expected] of plain!) {
      const scale = Math.max(...expected.map(Math.abs));
      expect(scale, name).toBeGreaterThan(0);
      one
        .get(name)!
        .forEach((value, i) =>
          expect(Math.abs(value - expected[i]!) / scale, name).toBeLessThan(1e-5),
        );
    }
  }
});
