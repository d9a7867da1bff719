// From the tower's states to features that stand among the text's embeddings.

import { item } from '#collections/items.js';
import * as m from '#onnx/math.js';
import type { Value } from '#onnx/types.js';
import { activations } from '../layers/activations.js';
import { linear } from '../layers/linear.js';
import type { Pass, Projecting } from '../layers/pass.js';
import type { ResidualStream } from '../layers/residual-stream.js';
import type { Connector, TileVision, VisionConfig } from '../types.js';
import { merged, squareWidth } from './grid-tower.js';
import { afterTower, gridOf, towerDims, towerTokens } from './tower.js';

/** Size of `features`: tiles * features of a tile. */
export const FEATURES = 'vision.features';

/** Blocks of the tower whose results are read, with all below them. */
export const layersRead = ({ tower, connector }: TileVision): number =>
  connector.kind === 'mlp' ? Math.max(...connector.layers) : tower.numHiddenLayers;

/** Features of one tile. */
export function tileFeatures({ tower, connector }: TileVision): number {
  return connector.kind === 'mlp'
    ? towerTokens(tower) - Number(connector.dropsFirst)
    : (gridOf(tower) / connector.factor) ** 2;
}

/** Numbers of what a connector makes one feature of. */
export const connectorWidth = (vision: VisionConfig): number =>
  vision.layout === 'grid' ? squareWidth(vision.tower) : tileWidth(vision);

const tileWidth = ({ tower, connector }: TileVision): number =>
  tower.hiddenSize * (connector.kind === 'mlp' ? connector.layers.length : connector.factor ** 2);

/**
 * What the connector reads of the tower: [features, connectorWidth], tile by tile.
 * @param block before which the stream begins.
 */
export const connectorRows = (
  pass: Pass,
  vision: TileVision,
  states: ResidualStream,
  block = 0,
): Value =>
  vision.connector.kind === 'mlp'
    ? sideBySide(pass, vision, vision.connector, states, block)
    : shuffled(pass, vision, vision.connector.factor, states.last);

/** [features, connectorWidth] -> [features, hidden of the text] */
export function connected(pass: Projecting, vision: VisionConfig, rows: Value): Value {
  if (vision.layout === 'grid') return merged(pass, vision, rows);
  const { connector, featureSize } = vision;
  if (connector.kind === 'mlp') return projected(pass, vision, connector, rows);
  const proj = linear('connector.modality_projection.proj', connectorWidth(vision), featureSize);
  return pass.project(rows, [proj])[0];
}

type Mlp = Extract<Connector, { kind: 'mlp' }>;

function sideBySide(
  pass: Pass,
  vision: TileVision,
  { layers, dropsFirst }: Mlp,
  { states }: ResidualStream,
  block: number,
): Value {
  const { graph } = pass;
  const width = connectorWidth(vision);
  const read = layers.map((layer) => item(states, layer - block));
  const all = m.concat(graph, read, 1);
  const kept = dropsFirst ? withoutFirst(pass, vision, all, width) : all;
  return m.reshape(graph, kept, [FEATURES, width]);
}

function projected(
  pass: Projecting,
  vision: TileVision,
  { activation, bias }: Mlp,
  rows: Value,
): Value {
  const { graph } = pass;
  const { featureSize: out } = vision;
  const width = connectorWidth(vision);
  const [inner] = pass.project(rows, [
    linear('multi_modal_projector.linear_1', width, out, { bias }),
  ]);
  return pass.project(activations[activation](graph, inner), [
    linear('multi_modal_projector.linear_2', out, out, { bias }),
  ])[0];
}

function withoutFirst({ graph }: Pass, { tower }: TileVision, rows: Value, width: number): Value {
  const count = towerTokens(tower);
  const tiles = m.reshape(graph, rows, [towerDims.tiles, count, width]);
  return m.split(graph, tiles, [1, count - 1], 1)[1];
}

/** Patches of a square become one row, its first row of patches first (pixel shuffle). */
function shuffled(pass: Pass, vision: TileVision, factor: number, last: Value): Value {
  const { graph } = pass;
  const { tower } = vision;
  const [squares, hidden] = [gridOf(tower) / factor, tower.hiddenSize];
  const normed = afterTower(pass, tower, last);
  const apart = m.reshape(graph, normed, [
    towerDims.tiles,
    squares,
    factor,
    squares,
    factor * hidden,
  ]);
  return m.reshape(graph, m.transpose(graph, apart, [0, 1, 3, 2, 4]), [
    FEATURES,
    connectorWidth(vision),
  ]);
}
