// The tensors of a model that sees, beside those of its text: found by building the graph.

import { Graph } from '#onnx/graph.js';
import { frozenProjections } from '../layers/linear.js';
import { expectedTensors } from '../passes/trace.js';
import type { ModelConfig, VisionConfig } from '../types.js';
import { NEWLINE } from './arrange-features.js';
import { layersRead } from './connector.js';
import type { Making } from './making.js';
import { rowsAbove, rowsGraph, visionGraph } from './vision-graph.js';

const known = new WeakMap<VisionConfig, ReadonlyMap<string, readonly number[]>>();

/** Of tower and connector by name, with their dims; none of a model without. */
export function visionTensors({ vision }: ModelConfig): ReadonlyMap<string, readonly number[]> {
  if (!vision) return new Map();
  const tensors = known.get(vision) ?? declaredBy(vision);
  known.set(vision, tensors);
  return tensors;
}

/** Every tensor that a checkpoint must have. */
export const allTensors = (config: ModelConfig): ReadonlyMap<string, readonly number[]> =>
  new Map([...expectedTensors(config), ...visionTensors(config)]);

/** Those of the connector alone. */
export function connectorTensors({ vision }: ModelConfig): ReadonlyMap<string, readonly number[]> {
  if (!vision) return new Map();
  const tower = tensorsOf(rowsGraph(vision));
  return new Map([...tensorsOf(visionGraph(vision))].filter(([name]) => !tower.has(name)));
}

/** What makes features of what the tower gives: the connector, and what ends a picture's rows. */
export const connectingTensors = (config: ModelConfig): ReadonlyMap<string, readonly number[]> =>
  config.vision?.layout === 'anyres'
    ? new Map([...connectorTensors(config), [NEWLINE, [config.vision.featureSize]]])
    : connectorTensors(config);

/** What a graph has of connector and tower that is fed with what is made of pictures. */
export function tensorsAfter(
  config: ModelConfig,
  making: Making,
): ReadonlyMap<string, readonly number[]> {
  const { vision } = config;
  if (!vision || making === 'features') return new Map();
  if (making === 'rows' || vision.layout === 'grid') return connectingTensors(config);
  const graph = new Graph();
  rowsAbove(graph, frozenProjections(graph), vision, making);
  return new Map([...tensorsOf(graph), ...connectingTensors(config)]);
}

/** A graph's weights by name, with their dims. */
export const tensorsOf = (graph: Graph): Map<string, readonly number[]> =>
  new Map(
    graph
      .declared()
      .flatMap(({ name, dims, type }) =>
        type === 'float32' && dims.every((dim) => typeof dim === 'number')
          ? [[name, dims] as const]
          : [],
      ),
  );

function declaredBy(vision: VisionConfig): ReadonlyMap<string, readonly number[]> {
  const tensors = tensorsOf(visionGraph(vision));
  return vision.layout === 'anyres' ? tensors.set(NEWLINE, [vision.featureSize]) : tensors;
}

const TOWER_LAYER = /^vision_tower\.encoder\.layers\.(\d+)\./;
const PLACES = 'vision_tower.embeddings.position_ids';
const TOWER_ENDS = /^vision_tower\.(post_layernorm|head)\./;

/** The block of a tower that a tensor is of; undefined for what is of none. */
export function blockOf({ layout }: VisionConfig, name: string): number | undefined {
  const block = layout === 'grid' ? undefined : TOWER_LAYER.exec(name)?.[1];
  return block === undefined ? undefined : Number(block);
}

/**
 * Whether a tensor is of the tower, and none that is read: blocks above the last one that is, the
 * norm behind them, SigLIP's pooling, and the numbers of places that old files carry.
 */
export function isUnreadVision({ vision }: ModelConfig, name: string): boolean {
  if (!vision || vision.layout === 'grid') return false;
  const layer = blockOf(vision, name) ?? -1;
  const isAbove = layer >= layersRead(vision) && layer < vision.tower.numHiddenLayers;
  return isAbove || TOWER_ENDS.test(name) || name === PLACES;
}

/** Whether a tensor is not read, and yet a weight that a written model goes on having. */
export const keptVision = (config: ModelConfig, name: string): boolean =>
  isUnreadVision(config, name) && name !== PLACES;
