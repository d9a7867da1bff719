// A vision tower that learns which of some labels its pictures have: forward pass, loss and backward
// pass in one graph.

import { linear } from '#models/layers/linear.js';
import { type Pass, weightInput } from '#models/layers/pass.js';
import type { Parameter } from '#models/passes/lora.js';
import type { TileVision } from '#models/types.js';
import { connectorRows, connectorWidth, tileFeatures } from '#models/vision/connector.js';
import { afterTower, towerDims, towerTokens } from '#models/vision/tower.js';
import { openTower } from '#models/vision/vision-graph.js';
import { tensorsOf } from '#models/vision/vision-tensors.js';
import { backward } from '#onnx/backward.js';
import { Graph } from '#onnx/graph.js';
import * as m from '#onnx/math.js';
import type { Value } from '#onnx/types.js';

/** [tiles, labels]: 1 where a picture has a label, 0 where it has not. */
export const LABELS = 'tower.labels';
/** [tiles]: share of each picture in the loss. */
export const SHARES = 'tower.shares';
export const LOSS = 'loss';
export const towerGradient = (index: number): string => `gradient.${index}`;

/** Modules that say the labels: they are no part of a model's files. */
export const labelHeads = { features: 'labels.features', whole: 'labels.whole' } as const;

export interface TowerGraph {
  readonly graph: Graph;
  readonly parameters: readonly Parameter[];
}

/**
 * The labels are said twice, and the loss is the mean of both: by what the connector will read, the
 * likeliest of a picture's features for the picture, and by the mean of all tokens after the last
 * block. So nothing of the tower stays as it was, and things are told apart where the text will look.
 */
export function buildTowerGraph(vision: TileVision, labels: number): TowerGraph {
  const graph = new Graph();
  const { pass, states } = openTower(graph, vision, vision.tower.numHiddenLayers);
  const truth = graph.input(LABELS, [towerDims.tiles, labels]);
  const rows = connectorRows(pass, vision, states);
  const byFeature = said(pass, labelHeads.features, rows, connectorWidth(vision), labels);
  const ofFeatures = anyOf(
    graph,
    m.reshape(graph, byFeature, [towerDims.tiles, tileFeatures(vision), labels]),
  );
  const { hiddenSize: hidden } = vision.tower;
  const tokens = m.reshape(graph, afterTower(pass, vision.tower, states.last), [
    towerDims.tiles,
    towerTokens(vision.tower),
    hidden,
  ]);
  const ofWhole = said(pass, labelHeads.whole, m.mean(graph, tokens, [1]), hidden, labels);
  const loss = m.scale(
    graph,
    m.add(graph, crossEntropy(graph, ofFeatures, truth), crossEntropy(graph, ofWhole, truth)),
    0.5,
  );
  const parameters = [...tensorsOf(graph)].map(([name, dims]) => ({
    value: weightInput(graph, name, dims),
    parts: [{ name, dims }],
  }));
  const values = parameters.map(({ value }) => value);
  graph.output(LOSS, loss);
  for (const [i, gradient] of backward(graph, loss, values).entries())
    graph.output(towerGradient(i), gradient);
  return { graph, parameters };
}

const said = (pass: Pass, module: string, x: Value, width: number, labels: number): Value =>
  pass.project(x, [linear(module, width, labels, { bias: true })])[0];

/** A smooth maximum over the middle one of three dimensions: each row has a share in the gradient. */
function anyOf(graph: Graph, x: Value): Value {
  const most = graph.untaped(() => m.max(graph, x, [1], true));
  const sum = m.sum(graph, m.exp(graph, m.sub(graph, x, most)), [1]);
  return m.add(graph, m.log(graph, sum), m.reshape(graph, most, sum.dims));
}

/** Of labels that do not exclude each other, from their logits: softplus(z) - y z, on average. */
function crossEntropy(graph: Graph, logits: Value, truth: Value): Value {
  const each = m.sub(graph, m.softplus(graph, logits), m.mul(graph, truth, logits));
  const [, labels] = logits.dims;
  const ofPicture = m.scale(graph, m.sum(graph, each, [1]), 1 / Number(labels));
  return m.sum(graph, m.mul(graph, ofPicture, graph.input(SHARES, [towerDims.tiles])));
}
