// The graph of a model's tower and connector: pixels in, features out. The text has graphs of its own.

import { Graph } from '#onnx/graph.js';
import type { Value } from '#onnx/types.js';
import { frozenProjections } from '../layers/linear.js';
import { openPass, type Pass, type Project } from '../layers/pass.js';
import type { ResidualStream } from '../layers/residual-stream.js';
import type { GridVision, TileVision, VisionConfig } from '../types.js';
import { connected, connectorRows, FEATURES, layersRead, tileFeatures } from './connector.js';
import { gridAttention, gridDims, gridStates, patchNumbers, squares } from './grid-tower.js';
import type { BeforeBlock } from './making.js';
import {
  gridOf,
  statesAbove,
  tileAttention,
  towerDims,
  towerStates,
  towerTokens,
} from './tower.js';

export const visionInputs = {
  /** [tiles, 3, imageSize, imageSize], or a picture's [patches, numbers of a patch]. */
  pixels: 'vision.pixels',
  /** [tokens, hidden of the tower]: its stream before a block, of a graph that has what is above. */
  before: 'vision.before',
} as const;

export const visionOutputs = {
  /** [features, hidden of the text], tile by tile. */
  features: 'vision.out',
  /** What the connector reads, [features, connectorWidth], tile by tile. */
  rows: 'vision.rows.out',
  /** The tower's stream before the first block (0) and after each, [tokens, hidden of the tower]. */
  stream: (layer: number) => `vision.stream.${layer}`,
} as const;

/** @param tapped whether the tower's stream is given, too */
export function visionGraph(vision: VisionConfig, tapped = false): Graph {
  const graph = new Graph();
  const { pass, states, rows } = seenBy(graph, vision);
  graph.output(visionOutputs.features, connected(pass, vision, rows));
  if (tapped)
    for (const [layer, state] of states.states.entries())
      graph.output(visionOutputs.stream(layer), state);
  return graph;
}

interface Seen {
  readonly pass: Pass;
  readonly states: ResidualStream;
  /** What the connector reads. */
  readonly rows: Value;
}

const seenBy = (graph: Graph, vision: VisionConfig): Seen =>
  vision.layout === 'grid' ? ofGrid(graph, vision) : ofTiles(graph, vision);

function ofTiles(graph: Graph, vision: TileVision): Seen {
  const { pass, states } = openTower(graph, vision, layersRead(vision));
  return { pass, states, rows: connectorRows(pass, vision, states) };
}

function ofGrid(graph: Graph, vision: GridVision): Seen {
  const { tower } = vision;
  const pixels = graph.input(visionInputs.pixels, [gridDims.patches, patchNumbers(tower)]);
  const pass = openPass(graph, frozenProjections(graph), gridAttention(graph, tower));
  const states = gridStates(pass, tower, pixels);
  return { pass, states, rows: squares(pass, vision, states.last) };
}

/** The tower alone: pixels in, what the connector reads out. */
export function rowsGraph(vision: VisionConfig): Graph {
  const graph = new Graph();
  graph.output(visionOutputs.rows, seenBy(graph, vision).rows);
  return graph;
}

/** The tower up to a block: pixels in, its stream before that block out. */
export function lowerGraph(vision: TileVision, { block }: BeforeBlock): Graph {
  const graph = new Graph();
  graph.output(visionOutputs.stream(block), openTower(graph, vision, block).states.last);
  return graph;
}

/** The tower's stream from a block on, which is fed, and what the connector reads. */
export function rowsAbove(
  graph: Graph,
  project: Project,
  vision: TileVision,
  { block }: BeforeBlock,
): Pick<Seen, 'states' | 'rows'> {
  const { tower } = vision;
  const before = graph.input(visionInputs.before, [towerDims.tokens, tower.hiddenSize]);
  const pass = openPass(graph, project, tileAttention(graph, tower));
  const states = statesAbove(pass, tower, before, block, layersRead(vision));
  return { states, rows: connectorRows(pass, vision, states, block) };
}

/** A pass over pixels, and the tower's stream up to a layer. */
export function openTower(
  graph: Graph,
  { tower }: Pick<TileVision, 'tower'>,
  layers: number,
): { pass: Pass; states: ResidualStream } {
  const { imageSize } = tower;
  const pixels = graph.input(visionInputs.pixels, [towerDims.tiles, 3, imageSize, imageSize]);
  const pass = openPass(graph, frozenProjections(graph), tileAttention(graph, tower));
  return { pass, states: towerStates(pass, tower, pixels, layers) };
}

/** Sizes of a pass over so many tiles, which a session is told beside its feeds. */
export const visionSizes = (vision: TileVision, tiles: number): Record<string, number> => ({
  [towerDims.tiles]: tiles,
  [towerDims.patches]: tiles * gridOf(vision.tower) ** 2,
  [towerDims.tokens]: tiles * towerTokens(vision.tower),
  [FEATURES]: tiles * tileFeatures(vision),
});
