// A tower from random weights learns to tell what its pictures have, and says the same every time.

import { expect, test } from 'vitest';
import { required } from '#collections/required.js';
import type { TileVision } from '#models/types.js';
import { tileFeatures } from '#models/vision/connector.js';
import {
  rowsGraph,
  visionInputs,
  visionOutputs,
  visionSizes,
} from '#models/vision/vision-graph.js';
import { GraphSession } from '#runtime/graph-session.js';
import { Random } from '#runtime/random.js';
import { TrainingError } from '../errors/training.error.js';
import { type LabelledPicture, type TowerOptions, trainTower } from './train-tower.js';

const SIDE = 8;
const PATCH = 4;
const LABELS = 3;
const vision: TileVision = {
  modelType: 'llava',
  imageToken: 0,
  tower: {
    hiddenSize: 16,
    intermediateSize: 16,
    numHiddenLayers: 2,
    numAttentionHeads: 2,
    imageSize: SIDE,
    patchSize: PATCH,
    normEps: 1e-5,
    activation: 'quick_gelu',
    hasClassToken: true,
  },
  connector: { kind: 'mlp', layers: [1], dropsFirst: true, activation: 'gelu', bias: true },
  layout: 'single',
  featureSize: 12,
};

/** Any of three colours, each in a patch of its own, on noise. */
function picture(index: number): LabelledPicture {
  const random = new Random('picture', index);
  const pixels = Float32Array.from({ length: 3 * SIDE * SIDE }, () => 0.2 * random.normal());
  const labels = [0, 1, 2].filter(() => random.uniform() < 0.5);
  const places = random.permutation((SIDE / PATCH) ** 2);
  for (const [i, label] of labels.entries()) {
    const [row, column] = [Math.floor(places[i]! / 2) * PATCH, (places[i]! % 2) * PATCH];
    for (let y = 0; y < PATCH; y++)
      pixels.fill(
        2,
        (label * SIDE + row + y) * SIDE + column,
        (label * SIDE + row + y) * SIDE + column + PATCH,
      );
  }
  return { pixels, labels };
}

const options = (changes: Partial<TowerOptions> = {}): TowerOptions => ({
  vision,
  labels: LABELS,
  picture,
  steps: 120,
  batchSize: 16,
  learningRate: 1e-2,
  warmupRatio: 0.1,
  weightDecay: 0.01,
  maxGradNorm: 1,
  seed: 3,
  threads: 1,
  ...changes,
});

test('what the connector will read tells the labels of pictures never seen', async () => {
  const losses: number[] = [];
  const { tower, heads } = await trainTower(options(), ({ loss }) => losses.push(loss));
  expect(losses).toHaveLength(120);
  expect(losses.at(-1)).toBeLessThan(0.1);
  // Everything of the tower is there, the block that is not read and the last norm, too.
  expect([...tower.keys()]).toContain('vision_tower.encoder.layers.1.mlp.fc2.weight');
  expect([...tower.keys()]).toContain('vision_tower.post_layernorm.weight');
  const session = await GraphSession.create(
    rowsGraph(vision),
    { device: 'cpu', threads: 1 },
    tower,
  );
  const weight = required(heads, 'labels.features.weight').data;
  const bias = required(heads, 'labels.features.bias').data;
  let wrong = 0;
  for (let index = 10_000; index < 10_050; index++) {
    const { pixels, labels } = picture(index);
    const results = await session.run(
      { [visionInputs.pixels]: { dims: [1, 3, SIDE, SIDE], data: pixels } },
      visionSizes(vision, 1),
    );
    const rows = required(results, visionOutputs.rows);
    const width = rows.length / tileFeatures(vision);
    for (let label = 0; label < LABELS; label++) {
      const logits = Array.from({ length: tileFeatures(vision) }, (_, row) =>
        weight
          .subarray(label * width, (label + 1) * width)
          .reduce((sum, value, i) => sum + value * rows[row * width + i]!, bias[label]!),
      );
      if (Math.max(...logits) > 0 !== labels.includes(label)) wrong += 1;
    }
  }
  await session.close();
  expect(wrong).toBeLessThanOrEqual(3);
});

test('the same options give the same bits', async () => {
  const [one, two] = [
    await trainTower(options({ steps: 3 })),
    await trainTower(options({ steps: 3 })),
  ];
  expect(two).toEqual(one);
});

test('numbers that run away are refused', async () => {
  const nowhere = () => ({ pixels: new Float32Array(3 * SIDE * SIDE).fill(NaN), labels: [] });
  await expect(trainTower(options({ picture: nowhere }))).rejects.toThrow(TrainingError);
});
