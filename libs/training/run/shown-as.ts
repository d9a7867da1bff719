// What examples' pictures have to be to a run: known before they are looked at.

import { readAdapter } from '#models/adapters/adapter-files.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import type { Making } from '#models/vision/making.js';
import type { TrainOptions } from '../training-options.js';
import { trainedParts } from './trained-parts.js';

/** @throws TrainingError, AdapterError, CheckpointError: the run would throw the same. */
export async function shownAs({
  modelPath,
  parentAdapter,
  parent,
  trainable,
}: Pick<TrainOptions, 'parentAdapter' | 'parent' | 'trainable'> & {
  readonly modelPath: string;
}): Promise<Making> {
  const { config } = await openCheckpoint(modelPath);
  if (!config.vision) return 'features';
  const adapter = parentAdapter && readAdapter(parentAdapter);
  const isContinued = parent === 'continue';
  return trainedParts(config, trainable, adapter && { adapter, isContinued }).seeing;
}
