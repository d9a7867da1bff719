// The LoRA training that the benches take steps of: clipping and AdamW as the trainer has them,
// without schedule or decay.

import { adamwUpdate, clipScale, globalNorm } from '#training/optimizer/adamw.js';
import type { Run } from '#training/run/open-run.js';
import type { TrainOptions } from '#training/training-options.js';
import type { Task } from './contestant.js';

const MAX_GRAD_NORM = 1;

export const loraOptions = ({
  model,
  precision,
  batches,
  rank,
  alpha,
  targetModules,
  learningRate,
  maxLength,
  threads,
}: Omit<Task, 'folder'>): TrainOptions => ({
  modelPath: model,
  precision,
  trainable: { type: 'lora', r: rank, alpha, dropout: 0, targetModules },
  objective: 'sft',
  retainTerms: [],
  target: batches.flat(),
  retain: [],
  epochs: 1,
  batchSize: batches[0]!.length,
  gradientAccumulation: 1,
  learningRate,
  warmupRatio: 0,
  weightDecay: 0,
  maxGradNorm: MAX_GRAD_NORM,
  maxLength,
  seed: 0,
  threads,
  checkpointSteps: 0,
});

/** @param step from 1. */
export function update(
  { store, runner: { gradients } }: Run,
  step: number,
  learningRate: number,
): void {
  const gradientScale = clipScale(globalNorm(gradients), MAX_GRAD_NORM);
  adamwUpdate(store.values, gradients, store.moments, store.segments, {
    step,
    learningRate,
    weightDecay: 0,
    gradientScale,
  });
}
