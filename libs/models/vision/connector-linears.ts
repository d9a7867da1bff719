// The linear layers of a connector, found by building it: an adapter may change them, where it names them.

import { Graph } from '#onnx/graph.js';
import { frozenProjections } from '../layers/linear.js';
import { type Linear, projecting } from '../layers/pass.js';
import type { ModelConfig, VisionConfig } from '../types.js';
import { connected, connectorWidth } from './connector.js';

const known = new WeakMap<VisionConfig, ReadonlyMap<string, Linear>>();

/** By their weights' names; none of a model that sees nothing. */
export function connectorLinears({ vision }: ModelConfig): ReadonlyMap<string, Linear> {
  if (!vision) return new Map();
  const linears = known.get(vision) ?? linearsOf(vision);
  known.set(vision, linears);
  return linears;
}

function linearsOf(vision: VisionConfig): ReadonlyMap<string, Linear> {
  const graph = new Graph();
  const frozen = frozenProjections(graph);
  const linears = new Map<string, Linear>();
  const pass = projecting(graph, (x, group, onto) => {
    for (const layer of group) linears.set(layer.name, layer);
    return frozen(x, group, onto);
  });
  connected(pass, vision, graph.input('rows', ['rows', connectorWidth(vision)]));
  return linears;
}
