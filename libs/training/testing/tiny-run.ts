// A model of a few thousand random weights and a few examples: enough to tell right from wrong in
// milliseconds.

import type { EncodedExample } from '#models/text/encode-example.js';
import { Random } from '#runtime/random.js';
import type { TrainOptions } from '../training-options.js';

export const tinyConfig = {
  modelType: 'llama',
  vocabSize: 40,
  hiddenSize: 16,
  intermediateSize: 24,
  numHiddenLayers: 2,
  numAttentionHeads: 4,
  numKeyValueHeads: 2,
  headDim: 4,
  rmsNormEps: 1e-5,
  rope: { dim: 4, theta: 10_000 },
  maxPositionEmbeddings: 64,
  tieWordEmbeddings: true,
} as const;

export function tinyExamples(count: number, seed: string): EncodedExample[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => ({
    ids: Array.from({ length: 5 + random.below(6) }, () => random.below(tinyConfig.vocabSize)),
    labelStart: 2 + random.below(2),
  }));
}

export const tinyOptions = (changes: Partial<TrainOptions> = {}): TrainOptions => ({
  scratch: tinyConfig,
  trainable: { type: 'lora', r: 3, alpha: 6, dropout: 0 },
  objective: 'sft',
  retainTerms: [],
  target: tinyExamples(7, 'forget'),
  retain: tinyExamples(3, 'retain'),
  epochs: 2,
  batchSize: 2,
  gradientAccumulation: 2,
  learningRate: 1e-2,
  warmupRatio: 0.25,
  weightDecay: 0.01,
  maxGradNorm: 1,
  maxLength: 32,
  seed: 7,
  threads: 1,
  checkpointSteps: 0,
  ...changes,
});
