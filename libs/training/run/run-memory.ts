// The memory of a run, from its options and examples.

import { item } from '#collections/items.js';
import type { EncodedExample } from '#models/text/encode-example.js';
import type { VisionConfig } from '#models/types.js';
import { different, tilesOf } from '#models/vision/before-feeds.js';
import { costOf, extentOf, groupStep, shareOf } from '../examples/example-groups.js';
import { positionCount, reachOf } from '../examples/example-positions.js';
import { planRun, type StepExample, stepUnits } from '../examples/step-examples.js';
import type { SideName } from '../objectives/side.js';
import type { TrainOptions } from '../training-options.js';
import { checkMemory } from './memory-check.js';
import { estimateTraining, type MemoryEstimate, type PassSize } from './memory-estimate.js';
import { MAX_KEPT, keptBytes } from './reference-graph.js';
import { checkAsked, goalOf, replicasFor, shapeOf, stepCosts } from './run-shape.js';
import type { Asked } from './sides.js';
import { planTraining, type RunFacts } from './training-model.js';

/** Steps whose passes are looked at: those of one epoch, at most. */
const MAX_STEPS = 200;

/**
 * What a run is expected to need at most, with as many replicas as it is worth. No weights are
 * read.
 */
export async function estimateRun(options: TrainOptions): Promise<MemoryEstimate> {
  return estimate(
    options,
    await planTraining(options),
    options.halfWeights ?? false,
    replicasFor(options),
  );
}

export interface Fit {
  /** Whether weights stay in 16 bits. */
  readonly halfWeights: boolean;
  readonly replicas: number;
}

/**
 * How a run is to fit: replicas are the first to go.
 * @throws TrainingError where it is expected to need more memory than there is.
 */
export function fitRun(options: TrainOptions, facts: RunFacts): Fit {
  const { memoryLimit: limit, halfWeights = false } = options;
  const replicas = replicasFor(options);
  if (limit === undefined) return { halfWeights, replicas };
  if (replicas > 1 && estimate(options, facts, halfWeights, replicas).total <= limit)
    return { halfWeights, replicas };
  const isHalf = checkMemory({
    estimate: ({ isHalf: half, ...changes }) =>
      estimate({ ...options, ...changes }, facts, half, 1),
    longest: Object.values(facts.examples)
      .flat()
      .reduce((most, { ids }) => Math.max(most, ids.length), 0),
    storesHalves: facts.storesHalves,
    halfWeights,
    limit,
  });
  return { halfWeights: isHalf, replicas: 1 };
}

function estimate(
  options: TrainOptions,
  { parts, parent, ...facts }: RunFacts,
  halfWeights: boolean,
  replicas: number,
): MemoryEstimate {
  const cut = (examples: readonly EncodedExample[]): EncodedExample[] =>
    examples.map((example) =>
      example.ids.length > options.maxLength
        ? { ...example, ids: example.ids.slice(0, options.maxLength) }
        : example,
    );
  const examples = {
    target: cut(facts.examples.target),
    alternate: cut(facts.examples.alternate),
    retain: cut(facts.examples.retain),
  };
  const goal = goalOf(options);
  const run = {
    shape: shapeOf(options, { parts, parent, examples }, goal),
    halfWeights,
    ...(parent ? { parent } : {}),
    apart: options.mask !== undefined,
    checkpoints: options.checkpointSteps > 0,
    replicas,
    features: featureBytes(Object.values(examples).flat()),
  };
  return estimateTraining(run, (asked) => {
    checkAsked(options, goal, asked);
    return largestPass(options, parts.config, examples, asked, replicas);
  });
}

/** Of images, each once. */
const featureBytes = (examples: readonly EncodedExample[]): number =>
  [...new Set(examples.flatMap(({ features = [] }) => features.map(({ data }) => data)))].reduce(
    (sum, { byteLength }) => sum + byteLength,
    0,
  );

/** Of pictures whose tower is in the graph. */
function tilesShown(
  vision: VisionConfig,
  units: readonly StepExample[],
  examples: Examples,
): number {
  const shown = units.flatMap(({ side, index }) => item(examples[side], index).features ?? []);
  const before = shown.filter(({ order }) => order !== undefined);
  return vision.layout === 'grid' ? 0 : tilesOf(vision, different(before));
}

type Examples = Readonly<Record<SideName, readonly EncodedExample[]>>;

/** The most of everything that the passes of the first steps have, in any replica. */
function largestPass(
  options: TrainOptions,
  config: RunFacts['parts']['config'],
  examples: Examples,
  asked: Asked,
  of: number,
): PassSize {
  const { batchSize, gradientAccumulation, epochs, maxSteps, seed, shuffle } = options;
  const { totalSteps, epochOf, examplesOf } = planRun(
    examples.target.length,
    batchSize * gradientAccumulation,
    epochs,
    maxSteps,
    seed,
    shuffle,
  );
  let most = { tokens: 0, rows: 0, length: 0, positions: 0, tiles: 0 };
  const { vision } = config;
  const costs = stepCosts(options, config);
  for (let step = 0; step < Math.min(totalSteps, MAX_STEPS); step++) {
    const units = examplesOf(step).flatMap((index) =>
      stepUnits({ model: examples, asked }, index, epochOf(step)),
    );
    const ranks = Array.from({ length: of }, (_, index) => ({ index, of }));
    for (const group of ranks.flatMap((rank) => groupStep(shareOf(units, rank), costs))) {
      const size = extentOf(group);
      const positions = group.units
        .flat()
        .reduce((sum, example) => sum + positionCount(example, reachOf(example.side, asked)), 0);
      const isLarger = costOf(size, costs.attention) > costOf(most, costs.attention);
      const tiles = vision ? tilesShown(vision, group.units.flat(), examples) : 0;
      most = {
        ...most,
        ...(isLarger ? size : {}),
        positions: Math.max(positions, most.positions),
        tiles: Math.max(tiles, most.tiles),
      };
    }
  }
  const kept = [...asked.references].reduce(
    (sum, [side, values]) =>
      sum + Math.min(MAX_KEPT, keptBytes(values, reachOf(side, asked), examples[side])),
    0,
  );
  return { ...most, kept };
}
