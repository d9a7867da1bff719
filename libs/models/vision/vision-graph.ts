// The graph of a model's tower and connector: pixels in, features out. The text has graphs of its own.

import { Graph } from '#onnx/graph.js';
import { frozenProjections } from '../layers/linear.js';
import { openPass } from '../layers/pass.js';
import type { VisionConfig } from '../types.js';
import { connected, FEATURES, layersRead, tileFeatures } from './connector.js';
import { gridOf, tileAttention, towerDims, towerStates, towerTokens } from './tower.js';

export const visionInputs = {
  /** [tiles, 3, imageSize, imageSize] */
  pixels: 'vision.pixels',
} as const;

export const visionOutputs = {
  /** [features, hidden of the text], tile by tile. */
  features: 'vision.out',
  /** The tower's stream before the first block (0) and after each, [tokens, hidden of the tower]. */
  stream: (layer: number) => `vision.stream.${layer}`,
} as const;

/** @param tapped whether the tower's stream is given, too */
export function visionGraph(vision: VisionConfig, tapped = false): Graph {
  const { tower } = vision;
  const graph = new Graph();
  const { tiles } = towerDims;
  const pixels = graph.input(visionInputs.pixels, [tiles, 3, tower.imageSize, tower.imageSize]);
  const pass = openPass(graph, frozenProjections(graph), tileAttention(graph, tower));
  const states = towerStates(pass, tower, pixels, layersRead(vision));
  graph.output(visionOutputs.features, connected(pass, vision, states));
  if (tapped)
    for (const [layer, state] of states.states.entries())
      graph.output(visionOutputs.stream(layer), state);
  return graph;
}

/** Sizes of a pass over so many tiles, which a session is told beside its feeds. */
export const visionSizes = (vision: VisionConfig, tiles: number): Record<string, number> => ({
  [towerDims.tiles]: tiles,
  [towerDims.patches]: tiles * gridOf(vision.tower) ** 2,
  [towerDims.tokens]: tiles * towerTokens(vision.tower),
  [FEATURES]: tiles * tileFeatures(vision),
});
