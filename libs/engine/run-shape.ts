// What a run's options make of it: what it minimises, its graph, and how its rows are grouped.
import type { StepCosts } from './row-groups.js';
import { attentionCost } from './row-groups.js';
import { chooseObjective } from './objective-catalog.js';
import type { Goal, StepShape } from './step-graph.js';
import type { TrainedParts } from './trained-parts.js';
import type { ModelConfig } from '#models/types.js';
import type { TrainOptions } from './training-options.js';

const DEFAULT_MICRO_BATCH_TOKENS = 512;

export function goalOf({ objective, retainTerms, forgetWeight, retainWeight, klWeight, seed }: TrainOptions): Goal {
  const chosen = chooseObjective(objective);
  const { forget = 1, retain = 1, kl = 1 } = chosen.objective.weights;
  return { ...chosen, retainTerms, forgetWeight: forgetWeight ?? forget, retainWeights: { gdr: retainWeight ?? retain, klr: klWeight ?? kl }, seed };
}

export const shapeOf = ({ maxLength, precision = 'float32', recompute = false }: TrainOptions, { config, lora, whole }: TrainedParts, goal: Goal): StepShape => ({
  config,
  maxLength,
  ...(lora ? { lora } : {}),
  whole,
  precision,
  goal,
  recompute,
});

export const groupingOf = ({ microBatchTokens: maxTokens = DEFAULT_MICRO_BATCH_TOKENS, packing = true }: TrainOptions) => ({ maxTokens, packing });

export const stepCosts = (options: TrainOptions, config: ModelConfig): StepCosts => ({
  ...groupingOf(options),
  attention: attentionCost(config),
  apart: options.mask !== undefined,
});
