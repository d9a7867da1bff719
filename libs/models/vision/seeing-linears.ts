// The linear layers of a connector and of a tower, found by building them: an adapter may change them,
// where it names them.

import { Graph } from '#onnx/graph.js';
import { frozenProjections } from '../layers/linear.js';
import type { Linear, Project } from '../layers/pass.js';
import { projecting } from '../layers/pass.js';
import type { ModelConfig, VisionConfig } from '../types.js';
import { connected, connectorWidth } from './connector.js';
import { rowsAbove } from './vision-graph.js';

type Linears = ReadonlyMap<string, Linear>;
type Build = (graph: Graph, project: Project, vision: VisionConfig) => unknown;

/** By their weights' names; none of a model that sees nothing. */
const listed = (build: Build): ((config: Pick<ModelConfig, 'vision'>) => Linears) => {
  const known = new WeakMap<VisionConfig, Linears>();
  return ({ vision }) => {
    if (!vision) return new Map();
    const linears = known.get(vision) ?? builtBy(build, vision);
    known.set(vision, linears);
    return linears;
  };
};

function builtBy(build: Build, vision: VisionConfig): Linears {
  const graph = new Graph();
  const frozen = frozenProjections(graph);
  const linears = new Map<string, Linear>();
  const listening: Project = (x, group, onto) => {
    for (const layer of group) linears.set(layer.name, layer);
    return frozen(x, group, onto);
  };
  build(graph, listening, vision);
  return linears;
}

export const connectorLinears = listed((graph, project, vision) =>
  connected(
    projecting(graph, project),
    vision,
    graph.input('rows', ['rows', connectorWidth(vision)]),
  ),
);

/** Of the blocks that are read. */
export const towerLinears = listed((graph, project, vision) => {
  if (vision.layout !== 'grid') rowsAbove(graph, project, vision, { block: 0 });
});

export const seeingLinears = (config: Pick<ModelConfig, 'vision'>): Linears =>
  new Map([...towerLinears(config), ...connectorLinears(config)]);
