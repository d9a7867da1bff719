// The memory of a run, from its options and rows.

import type { EncodedRow } from '#models/text/encode-row.js';
import type { SideName } from '../objectives/side.js';
import { costOf, extentOf, groupStep, shareOf } from '../rows/row-groups.js';
import { positionCount, reachOf } from '../rows/row-positions.js';
import { planRun, stepUnits } from '../rows/row-set.js';
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
    longest: Object.values(facts.rows)
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
  const cut = (rows: readonly EncodedRow[]): EncodedRow[] =>
    rows.map((row) =>
      row.ids.length > options.maxLength
        ? { ...row, ids: row.ids.slice(0, options.maxLength) }
        : row,
    );
  const rows = {
    target: cut(facts.rows.target),
    alternate: cut(facts.rows.alternate),
    retain: cut(facts.rows.retain),
  };
  const goal = goalOf(options);
  const run = {
    shape: shapeOf(options, parts, goal),
    halfWeights,
    ...(parent ? { parent } : {}),
    apart: options.mask !== undefined,
    checkpoints: options.checkpointSteps > 0,
    replicas,
  };
  return estimateTraining(run, (asked) => {
    checkAsked(options, goal, asked);
    return largestPass(options, parts.config, rows, asked, replicas);
  });
}

type Rows = Readonly<Record<SideName, readonly EncodedRow[]>>;

/** The most of everything that the passes of the first steps have, in any replica. */
function largestPass(
  options: TrainOptions,
  config: RunFacts['parts']['config'],
  rows: Rows,
  asked: Asked,
  of: number,
): PassSize {
  const { batchSize, gradientAccumulation, maxSteps, seed, shuffle } = options;
  const { totalSteps, rowsOf } = planRun(
    rows.target.length,
    batchSize * gradientAccumulation,
    1,
    maxSteps,
    seed,
    shuffle,
  );
  let most = { tokens: 0, rows: 0, length: 0, positions: 0 };
  const costs = stepCosts(options, config);
  for (let step = 0; step < Math.min(totalSteps, MAX_STEPS); step++) {
    const units = rowsOf(step).flatMap((index) => stepUnits({ model: rows, asked }, index));
    const ranks = Array.from({ length: of }, (_, index) => ({ index, of }));
    for (const group of ranks.flatMap((rank) => groupStep(shareOf(units, rank), costs))) {
      const size = extentOf(group);
      const positions = group.units
        .flat()
        .reduce((sum, row) => sum + positionCount(row, reachOf(row.side, asked)), 0);
      const isLarger = costOf(size, costs.attention) > costOf(most, costs.attention);
      most = { ...most, ...(isLarger ? size : {}), positions: Math.max(positions, most.positions) };
    }
  }
  const kept = [...asked.references].reduce(
    (sum, [side, values]) =>
      sum + Math.min(MAX_KEPT, keptBytes(values, reachOf(side, asked), rows[side])),
    0,
  );
  return { ...most, kept };
}
