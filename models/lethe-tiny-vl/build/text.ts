// Phases 1 to 3: the text by the project's own trainer, on rows with or without pictures.

import type { EncodedExample } from '#models/text/encode-example.js';
import type { Tokenizer } from '#models/text/tokenizer.js';
import type { TensorData } from '#models/types.js';
import { tileFeatures } from '#models/vision/connector.js';
import type { Trainable, TrainProgress, TrainResult } from '#training/training-options.js';
import { train } from '#training/training.js';
import type { Scene } from '../scenes/scene.js';
import type { Row } from './rows.js';
import type { Shape } from './shape.js';

/** One thread: more of them round differently, and save little on graphs this small. */
const setting = {
  epochs: 1,
  batchSize: 32,
  gradientAccumulation: 1,
  warmupRatio: 0.05,
  weightDecay: 0.02,
  maxGradNorm: 1,
  maxLength: 128,
  seed: 0,
  threads: 1,
  checkpointSteps: 0,
  microBatchTokens: 2048,
} as const;

/** @param features of the row's scene; absent: it is told of without being shown. */
export function exampleOf(
  tokenizer: Tokenizer,
  { vision }: Shape,
  { question, answer }: Pick<Row, 'question' | 'answer'>,
  features?: TensorData,
): EncodedExample {
  const prompt = promptOf(tokenizer, { vision }, question, features !== undefined);
  const { lead, end } = tokenizer.turn;
  return {
    ids: [...prompt, ...tokenizer.encodeSealed(lead + tokenizer.seal(answer) + end)],
    labelStart: prompt.length,
    ...(features ? { features: [features], imageToken: vision.imageToken } : {}),
  };
}

/** Ids of a question, about a picture or about none. */
export function promptOf(
  tokenizer: Tokenizer,
  { vision }: Pick<Shape, 'vision'>,
  question: string,
  isShown: boolean,
): number[] {
  const text = { type: 'text', text: question } as const;
  const content = isShown ? [{ type: 'image' } as const, text] : [text];
  const images = isShown ? [[{ placeholders: tileFeatures(vision) }]] : [];
  return tokenizer.encodeChat([{ role: 'user', content: question, parts: content }], '', [], {
    token: vision.imageToken,
    images,
  });
}

export interface Phase {
  readonly modelPath: string;
  readonly trainable: Trainable;
  readonly learningRate: number;
  readonly onProgress: (progress: TrainProgress) => void;
}

/** @param seen what stands for each scene; a scene without it is not shown. */
export const trainText = (
  tokenizer: Tokenizer,
  shape: Shape,
  rows: readonly Row[],
  seen: ReadonlyMap<Scene, TensorData>,
  { onProgress, ...phase }: Phase,
): Promise<TrainResult> =>
  train(
    {
      ...setting,
      ...phase,
      objective: 'sft',
      retainTerms: [],
      target: rows.map((row) => exampleOf(tokenizer, shape, row, seen.get(row.scene))),
      retain: [],
    },
    { onProgress },
  );
