// The base model without adapter as a graph: what objectives measure against.

import type { Precision } from '#contracts/precision.js';
import { baseProducts } from '#models/passes/precision.js';
import type { EncodedExample } from '#models/text/encode-example.js';
import type { ModelConfig } from '#models/types.js';
import type { Making } from '#models/vision/making.js';
import { Graph } from '#onnx/graph.js';
import { positionCount, type Reach } from '../examples/example-positions.js';
import { openView } from './open-view.js';
import type { ReferenceValue } from './sides.js';

/**
 * @param values by the name of the step's input that they are for.
 * @param seeing absent: no example shows an image.
 */
export function buildReferenceGraph(
  config: ModelConfig,
  maxLength: number,
  values: ReadonlyMap<string, ReferenceValue>,
  precision: Precision = 'float32',
  seeing?: Making,
): Graph {
  const graph = new Graph();
  const base = baseProducts[precision](graph, config);
  const view = openView(graph, config, maxLength, base.project, base, seeing);
  for (const [name, { build }] of values) graph.output(name, build(view));
  return graph;
}

/** Memory for values kept of the examples of one side, by default. */
export const MAX_KEPT = 2 ** 30;

/** Bytes of those of all examples. @param reach positions that the side's losses look at. */
export function keptBytes(
  values: ReadonlyMap<string, ReferenceValue>,
  reach: Reach,
  examples: readonly EncodedExample[],
): number {
  const width = [...values.values()].reduce((sum, value) => sum + value.width, 0);
  return examples.reduce((sum, example) => sum + 4 * width * positionCount(example, reach), 0);
}
