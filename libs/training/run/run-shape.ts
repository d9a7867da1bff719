// What a run's options make of it: what it minimises, its graph, and how its examples are grouped.

import { chooseMask, masks } from '#contracts/masks/index.js';
import { chooseObjective, objectives } from '#contracts/objectives/index.js';
import { headSpec } from '#models/passes/head.js';
import type { ModelConfig } from '#models/types.js';
import { TrainingError } from '../errors/training.error.js';
import { attentionCost, type StepCosts } from '../examples/example-groups.js';
import type { Sets } from '../examples/step-examples.js';
import type { TrainOptions } from '../training-options.js';
import type { RunMemory } from './memory-estimate.js';
import type { Asked } from './sides.js';
import { showsImages } from './step-feeds.js';
import type { Goal, StepShape } from './step-graph.js';
import { seeingAdapted, type TrainedParts } from './trained-parts.js';

export function goalOf({
  objective,
  retainTerms,
  targetWeight,
  retainWeight,
  klWeight,
  seed,
}: TrainOptions): Goal {
  const chosen = chooseObjective(objective);
  const { forget = 1, retain = 1, kl = 1 } = objectives[chosen.type].weights;
  return {
    objective: chosen,
    retainTerms,
    targetWeight: targetWeight ?? forget,
    retainWeights: { gdr: retainWeight ?? retain, klr: klWeight ?? kl },
    seed,
  };
}

/** @throws TrainingError where the objective asks for examples that there are none of. */
export function checkAsked(
  { retain, mask }: Pick<TrainOptions, 'retain' | 'mask'>,
  { objective, retainTerms }: Goal,
  asked: Asked,
): void {
  if (asked.has('retain') && retain.length === 0) {
    const who =
      retainTerms.length > 0
        ? `the retain terms ${retainTerms.join(' and ')} need`
        : `${objective.type} needs`;
    throw new TrainingError(`${who} a retain set`);
  }
  const chosen = mask && chooseMask(mask).type;
  if (chosen && masks[chosen].comparesSets && !asked.has('retain')) {
    throw new TrainingError(
      `the mask ${chosen} compares the gradients of both sets: name a retain term`,
    );
  }
}

interface ShapedBy {
  readonly parts: TrainedParts;
  readonly parent?: RunMemory['parent'];
  readonly examples: Sets;
}

export const shapeOf = (
  options: TrainOptions,
  { parts: { config, lora, whole, seeing }, parent, examples }: ShapedBy,
  goal: Goal,
): StepShape => ({
  config,
  maxLength: maxLengthOf(options, config),
  ...(lora ? { lora } : {}),
  whole,
  precision: options.precision ?? 'float32',
  goal,
  hasBase: parent !== undefined && !changesHead(config, parent),
  recompute: options.recompute ?? false,
  // What is trained of connector and tower is kept, also where no example shows a picture.
  ...(Object.values(examples).some(showsImages) || seeingAdapted(config, lora).length > 0
    ? { seeing }
    : {}),
});

/** The base's distributions are kept as sums of rows of a head that is the model's own. */
function changesHead(
  config: ModelConfig,
  { changed, merged }: NonNullable<RunMemory['parent']>,
): boolean {
  const { name, bias } = headSpec(config);
  return [name, bias].some(
    (tensor) => tensor !== undefined && (changed.has(tensor) || merged.includes(tensor)),
  );
}

/**
 * Small models are fastest in large pieces; for large ones the activations of a piece must fit into
 * memory.
 */
const microBatchTokens = ({
  hiddenSize,
  numHiddenLayers,
}: Pick<ModelConfig, 'hiddenSize' | 'numHiddenLayers'>): number =>
  hiddenSize * numHiddenLayers <= 4096 ? 4096 : 512;

export const groupingOf = (options: TrainOptions, config: ModelConfig) => ({
  maxTokens: options.microBatchTokens ?? microBatchTokens(config),
  ...(config.vision
    ? { maxTowerTokens: options.microBatchTokens ?? microBatchTokens(config.vision.tower) }
    : {}),
  packing: options.packing ?? true,
});

/** A model knows no more positions than it was made for. */
export const maxLengthOf = (
  { maxLength }: Pick<TrainOptions, 'maxLength'>,
  { maxPositionEmbeddings }: ModelConfig,
): number => Math.min(maxLength, maxPositionEmbeddings);

export const stepCosts = (options: TrainOptions, config: ModelConfig): StepCosts => ({
  ...groupingOf(options, config),
  attention: attentionCost(config),
  apart: options.mask !== undefined,
});

const REPLICAS = 2;
/** Fewer examples could not be divided evenly. */
const EXAMPLES_EACH = 4;

/**
 * Replicas that a run is worth. A run that trains whole tensors has too much to exchange, one with
 * a mask keeps its gradients apart, a device runs one graph at a time, and threads are shared
 * evenly or not at all.
 */
export function replicasFor({
  device = 'cpu',
  threads,
  trainable,
  mask,
  retain,
  batchSize,
  gradientAccumulation,
}: TrainOptions): number {
  const isAdapter = trainable.type === 'lora' && (trainable.modulesToSave ?? []).length === 0;
  if (device !== 'cpu' || mask !== undefined || !isAdapter || threads % REPLICAS !== 0) return 1;
  const examples = batchSize * gradientAccumulation * (retain.length > 0 ? 2 : 1);
  return examples >= REPLICAS * EXAMPLES_EACH ? REPLICAS : 1;
}
