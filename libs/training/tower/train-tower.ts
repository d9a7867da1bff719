// Trains a vision tower from random weights, by labels of pictures: what a model's text is later trained
// to talk about.

import { item } from '#collections/items.js';
import type { TensorData, TileVision } from '#models/types.js';
import { visionInputs, visionSizes } from '#models/vision/vision-graph.js';
import { type Feeds, GraphSession } from '#runtime/graph-session.js';
import { Random } from '#runtime/random.js';
import { TrainingError } from '../errors/training.error.js';
import { adamwUpdate, clipScale, globalNorm } from '../optimizer/adamw.js';
import { learningRateAt } from '../optimizer/learning-rate.js';
import { type Initial, storeParameters } from '../run/parameters.js';
import { buildTowerGraph, LABELS, labelHeads, LOSS, SHARES, towerGradient } from './tower-graph.js';

/** One tile. */
export interface LabelledPicture {
  /** [3, imageSize, imageSize] */
  readonly pixels: Float32Array;
  /** Those it has, from 0. */
  readonly labels: readonly number[];
}

export interface TowerOptions {
  readonly vision: TileVision;
  /** How many there are. */
  readonly labels: number;
  /** Asked for as a step needs it, as all of them may be too many to hold. */
  picture(index: number): LabelledPicture;
  readonly steps: number;
  /** Pictures of a step: picture `step * batchSize` is the first. */
  readonly batchSize: number;
  readonly learningRate: number;
  readonly warmupRatio: number;
  readonly weightDecay: number;
  readonly maxGradNorm: number;
  readonly seed: number;
  readonly threads: number;
}

export interface TowerProgress {
  /** From 1. */
  readonly step: number;
  readonly loss: number;
}

export interface TrainedTower {
  /** The whole tower, blocks above those that are read included. */
  readonly tower: ReadonlyMap<string, TensorData>;
  /** What says the labels: weight and bias of `labelHeads`. */
  readonly heads: ReadonlyMap<string, TensorData>;
}

/**
 * It blocks its thread.
 * @throws TrainingError where numbers run away.
 */
export async function trainTower(
  options: TowerOptions,
  onProgress: (progress: TowerProgress) => void = () => {},
): Promise<TrainedTower> {
  const { vision, steps, threads, weightDecay, maxGradNorm } = options;
  const { graph, parameters } = buildTowerGraph(vision, options.labels);
  const store = storeParameters(parameters, initialTower(options));
  const session = await GraphSession.create(
    graph,
    { device: 'cpu', threads },
    new Map(),
    store.inputs,
  );
  const gradients = Object.fromEntries(
    store.segments.map(({ start, end }, i) => [
      towerGradient(i),
      {
        dims: item(parameters, i).value.dims as number[],
        data: store.gradients.subarray(start, end),
      },
    ]),
  );
  try {
    for (let at = 0; at < steps; at++) {
      const results = await session.run(
        stepFeeds(options, at),
        visionSizes(vision, options.batchSize),
        gradients,
      );
      const loss = item(results.get(LOSS) ?? [], 0);
      const norm = globalNorm(store.gradients);
      if (!Number.isFinite(norm))
        throw new TrainingError(`the gradient of step ${at + 1} is not finite: try a lower rate`);
      adamwUpdate(store.values, store.gradients, store.moments, store.segments, {
        step: at + 1,
        learningRate: learningRateAt(at, steps, options.warmupRatio, options.learningRate),
        weightDecay,
        gradientScale: clipScale(norm, maxGradNorm),
      });
      onProgress({ step: at + 1, loss });
    }
  } finally {
    await session.close();
  }
  const all = [...store.tensors];
  return {
    tower: new Map(all.filter(([name]) => !isHead(name))),
    heads: new Map(all.filter(([name]) => isHead(name))),
  };
}

const isHead = (name: string): boolean =>
  Object.values(labelHeads).some((module) => name.startsWith(`${module}.`));

function stepFeeds({ vision, labels, picture, batchSize }: TowerOptions, step: number): Feeds {
  const { imageSize: side } = vision.tower;
  const pixels = new Float32Array(batchSize * 3 * side * side);
  const truth = new Float32Array(batchSize * labels);
  for (let i = 0; i < batchSize; i++) {
    const { pixels: own, labels: has } = picture(step * batchSize + i);
    pixels.set(own, i * 3 * side * side);
    for (const label of has) truth[i * labels + label] = 1;
  }
  return {
    [visionInputs.pixels]: { dims: [batchSize, 3, side, side], data: pixels },
    [LABELS]: { dims: [batchSize, labels], data: truth },
    [SHARES]: { dims: [batchSize], data: new Float32Array(batchSize).fill(1 / batchSize) },
  };
}

/** CLIP's own start, as transformers has it; its norms are neutral and its biases zero. */
function initialTower({ vision: { tower }, seed }: TowerOptions): Initial {
  const { hiddenSize, numHiddenLayers } = tower;
  const deviationOf = (name: string): number => {
    if (name.includes('.embeddings.')) return 0.02;
    if (/\.(?:q|k|v)_proj\./.test(name)) return (2 * numHiddenLayers * hiddenSize) ** -0.5;
    return name.includes('.mlp.fc1.') ? (2 * hiddenSize) ** -0.5 : hiddenSize ** -0.5;
  };
  return (name, dims) => {
    const data = new Float32Array(dims.reduce((size, dim) => size * dim, 1));
    if (name.endsWith('.bias')) return data;
    if (/norm\d?\.weight$/.test(name)) return data.fill(1);
    const random = new Random(seed, 'tower', name);
    const deviation = deviationOf(name);
    return data.map(() => deviation * random.normal());
  };
}
