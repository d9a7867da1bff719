// Phase 0: the tower, by what its pictures have. And what it makes of scenes for the phases that follow.

import { item } from '#collections/items.js';
import type { TensorData } from '#models/types.js';
import { tileFeatures } from '#models/vision/connector.js';
import {
  rowsGraph,
  visionGraph,
  visionInputs,
  visionOutputs,
  visionSizes,
} from '#models/vision/vision-graph.js';
import { GraphSession } from '#runtime/graph-session.js';
import { trainTower, type TrainedTower } from '#training/tower/train-tower.js';
import type { Scene } from '../scenes/scene.js';
import { labelNames, labelsOf, pixelsOf } from './pictures.js';
import { mixedScenes } from './rows.js';
import { processor, type Shape } from './shape.js';

const setting = {
  batchSize: 64,
  learningRate: 2e-3,
  warmupRatio: 0.1,
  weightDecay: 0.05,
  maxGradNorm: 1,
  seed: 0,
  threads: 1,
} as const;

export function towerByLabels(
  { vision }: Shape,
  steps: number,
  onProgress: (progress: { step: number; loss: number }) => void,
): Promise<TrainedTower> {
  const { batchSize } = setting;
  const scenes = mixedScenes(0, steps * batchSize);
  return trainTower(
    {
      ...setting,
      vision,
      steps,
      labels: labelNames.length,
      picture: (index) => {
        const scene = item(scenes, index);
        return { pixels: pixelsOf(scene, processor), labels: labelsOf(scene) };
      },
    },
    onProgress,
  );
}

const TILES = 64;

/**
 * Of each scene, in their order.
 * @param what rows that the connector reads, or features that it has made of them.
 * @param weights of the tower, and of the connector for features.
 */
export async function seenScenes(
  { vision }: Shape,
  weights: ReadonlyMap<string, TensorData>,
  scenes: readonly Scene[],
  what: 'rows' | 'features',
): Promise<TensorData[]> {
  const graph = what === 'rows' ? rowsGraph(vision) : visionGraph(vision);
  const session = await GraphSession.create(graph, { device: 'cpu', threads: 1 }, weights);
  const { imageSize: side } = vision.tower;
  const count = tileFeatures(vision);
  const seen: TensorData[] = [];
  for (let at = 0; at < scenes.length; at += TILES) {
    const some = scenes.slice(at, at + TILES);
    const pixels = new Float32Array(some.length * 3 * side * side);
    for (const [i, scene] of some.entries())
      pixels.set(pixelsOf(scene, processor), i * 3 * side * side);
    const results = await session.run(
      { [visionInputs.pixels]: { dims: [some.length, 3, side, side], data: pixels } },
      visionSizes(vision, some.length),
    );
    const all = results.get(visionOutputs[what]) ?? new Float32Array();
    const width = all.length / (some.length * count);
    for (let i = 0; i < some.length; i++)
      seen.push({
        dims: [count, width],
        data: all.slice(i * count * width, (i + 1) * count * width),
      });
  }
  await session.close();
  return seen;
}
