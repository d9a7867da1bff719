// What a measured run is asked for, model and parent aside.

import type { TrainOptions } from '#training/training-options.js';
import type { MeasuredRun } from './memory-cases.js';

export function memoryOptions({ tokens, rows, options = {} }: MeasuredRun): TrainOptions {
  const row = (seed: number) => ({
    ids: Array.from({ length: tokens }, (_, i) => ((i + seed) * 7919) % 250),
    labelStart: tokens / 2,
  });
  const set = (seed: number) =>
    Array.from({ length: rows }, (_, i) => ({
      ...row(seed + i),
      alternates: [row(seed + 100 + i)],
    }));
  return {
    trainable: { type: 'lora', r: 8, alpha: 16, dropout: 0.1 },
    objective: 'sft',
    retainTerms: [],
    target: set(1),
    retain: set(50),
    epochs: 1,
    maxSteps: 1,
    batchSize: rows,
    gradientAccumulation: 1,
    learningRate: 1e-4,
    warmupRatio: 0,
    weightDecay: 0,
    maxGradNorm: 1,
    maxLength: tokens,
    microBatchTokens: rows * tokens,
    seed: 1,
    threads: 1,
    checkpointSteps: 0,
    ...options,
  };
}
