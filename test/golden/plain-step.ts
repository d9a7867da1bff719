// One step of plain fine-tuning over some rows, with all that it came to: what gradients are compared by.

import { chooseObjective } from '#contracts/objectives/index.js';
import type { EncodedExample } from '#models/text/encode-example.js';
import type { TensorData } from '#models/types.js';
import type { Compute } from '#runtime/compute.js';
import { attentionCost } from '#training/examples/example-groups.js';
import { storeParameters } from '#training/run/parameters.js';
import { buildStepGraph, type StepShape } from '#training/run/step-graph.js';
import { StepRunner } from '#training/run/step-runner.js';

const goal = {
  objective: chooseObjective('sft'),
  retainTerms: [],
  targetWeight: 1,
  retainWeights: { gdr: 1, klr: 1 },
  seed: 0,
};

export interface PlainStep extends Omit<StepShape, 'goal'> {
  readonly rows: readonly EncodedExample[];
  readonly weights: ReadonlyMap<string, TensorData>;
  /** What is trained, by the names of its tensors. */
  readonly trained: ReadonlyMap<string, TensorData>;
  readonly compute?: Compute;
}

export async function takePlainStep({
  rows,
  weights,
  trained,
  compute = { device: 'cpu', threads: 1 },
  ...shape
}: PlainStep) {
  const { config } = shape;
  const graph = buildStepGraph({ ...shape, goal });
  const store = storeParameters(graph.parameters, (tensor) => trained.get(tensor)!.data);
  const step = await StepRunner.create(graph, store, weights, compute, {
    config,
    dropout: 0,
    seed: 0,
    costs: { maxTokens: 512, packing: false, attention: attentionCost(config), apart: false },
    rank: { index: 0, of: 1 },
    references: {},
  });
  const units = rows.map((row, index) => [{ ...row, index, side: 'target' as const }]);
  const { loss } = await step.run(0, units, {}, () => {});
  await step.close();
  return { store, step, loss };
}
