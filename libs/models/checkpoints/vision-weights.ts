// The tensors that a model sees by. They stay float32 whatever its text is served in: a picture's
// features are read by every token after it.

import type { TensorData } from '../types.js';
import { visionTensors } from '../vision/vision-tensors.js';
import type { Checkpoint } from './checkpoint-type.js';

/** By the names of the inputs of `visionGraph`; none of a model without a tower. */
export async function readVisionWeights(checkpoint: Checkpoint): Promise<Map<string, TensorData>> {
  const weights = new Map<string, TensorData>();
  for (const [name, dims] of visionTensors(checkpoint.config))
    weights.set(name, { dims, data: await checkpoint.read(name) });
  return weights;
}
