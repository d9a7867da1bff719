// What is kept of the reference model, and what it costs to keep too little.

import { expect, test } from 'vitest';
import { frozenProjections } from '#models/layers/linear.js';
import { Graph } from '#onnx/graph.js';
import { retainLosses } from '../objectives/retain-terms.js';
import { naiveLogProbs } from '../testing/naive-llama.js';
import { tinyConfig, tinyExamples, tinyOptions } from '../testing/tiny-run.js';
import { openView } from './open-view.js';
import { Reference } from './reference.js';
import { Asked, sideOf } from './sides.js';
import { planTraining } from './training-model.js';

const examples = tinyExamples(6, 'reference');
const { weights } = await (await planTraining(tinyOptions())).load(false);
/** What a side asks of the reference when it asks for what `ask` takes from it. */
function askedBy(ask: (side: ReturnType<typeof sideOf>, graph: Graph) => unknown) {
  const graph = new Graph();
  const asked = new Asked();
  ask(
    sideOf(
      'retain',
      graph,
      openView(graph, tinyConfig, limits.maxLength, frozenProjections(graph), {}),
      tinyConfig.hiddenSize,
      asked,
    ),
    graph,
  );
  return asked.references.get('retain')!;
}
const limits = {
  maxLength: 16,
  compute: { device: 'cpu', threads: 1 } as const,
  maxTokens: 24,
  packing: true,
};

test('log-probs of labels are those of the plain model', async () => {
  const reference = await Reference.create(
    askedBy((side) => side.referenceLogProbs()),
    'labels',
    tinyConfig,
    weights,
    examples,
    limits,
  );
  for (const [index, { ids, labelStart }] of examples.entries()) {
    const expected = naiveLogProbs(tinyConfig, weights, ids);
    const values = (await reference.of(index)).get('reference.logprobs')!;
    expect(values).toHaveLength(ids.length - labelStart);
    values.forEach((value, i) =>
      expect(value).toBeCloseTo(expected[labelStart + i - 1]![ids[labelStart + i]!]!, 4),
    );
  }
  await reference.close();
});

const valuesInOrder = async (order: number[], maxBytes: number) => {
  const reference = await Reference.create(
    askedBy((side, graph) => retainLosses.klr(graph, side)),
    'tokens',
    tinyConfig,
    weights,
    examples,
    { ...limits, maxBytes },
  );
  const values = [];
  for (const index of order) values[index] = await reference.of(index);
  await reference.close();
  return values;
};

test('an example has the same bytes whichever example was asked for before, however little is kept', async () => {
  for (const maxBytes of [2 ** 20, 1000, 0]) {
    expect(await valuesInOrder([5, 3, 0, 3, 1, 2, 4], maxBytes)).toEqual(
      await valuesInOrder([0, 1, 2, 3, 4, 5], maxBytes),
    );
  }
});
