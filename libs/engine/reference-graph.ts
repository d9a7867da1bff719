// The base model without adapter as a graph: what objectives measure against.
import type { ModelConfig } from '#models/types.js';
import { baseProducts, type Precision } from '#models/precision.js';
import { Graph } from '#onnx/graph.js';
import { openView } from './open-view.js';
import type { ReferenceValue } from './sides.js';

/** @param values by the name of the step's input that they are for. */
export function buildReferenceGraph(config: ModelConfig, maxLength: number, values: ReadonlyMap<string, ReferenceValue>, precision: Precision = 'float32'): Graph {
  const graph = new Graph();
  const { project, headProduct } = baseProducts[precision](graph, config);
  const view = openView(graph, config, maxLength, project, headProduct);
  for (const [name, { build }] of values) graph.output(name, build(view));
  return graph;
}
