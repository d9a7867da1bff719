// A model of some shape with random weights, as a Hugging Face folder in shards.

import { parseHfConfig } from '#models/checkpoints/hf-config.js';
import { writeModel } from '#models/checkpoints/model-writer.js';
import type { FloatDtype } from '#models/tensors/safetensors-header.js';
import { allTensors } from '#models/vision/vision-tensors.js';
import { byteTokenizer } from '#testing/tiny-model.js';

const MAX_SHARD_BYTES = 1e9;
const DEVIATION = 0.03;

const json = (value: object): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

/** @param shape as config.json has it. @param folder must not exist. */
export async function writeRandomModel(
  folder: string,
  shape: Record<string, unknown>,
  dtype: FloatDtype,
): Promise<void> {
  const config = parseHfConfig(folder, shape);
  const tensors = allTensors(config);
  const source = {
    name: folder,
    config,
    hfConfig: shape,
    tensorNames: () => [...tensors.keys()],
    dims: (name: string) => tensors.get(name)!,
    read: async (name: string) =>
      randomNumbers(tensors.get(name)!, [...tensors.keys()].indexOf(name)),
    tokenizer: async () => Promise.reject(new Error('a random model has no tokenizer of its own')),
    companions: async () => ({
      'tokenizer.json': json(byteTokenizer()),
      'tokenizer_config.json': json({ eos_token: '<|im_end|>' }),
    }),
  };
  await writeModel(source, { folder, dtype, maxShardBytes: MAX_SHARD_BYTES });
}

/** Ones of a vector, small numbers of anything else. */
export function randomNumbers(dims: readonly number[], seed: number): Float32Array {
  const data = new Float32Array(dims.reduce((product, size) => product * size, 1));
  if (dims.length === 1) return data.fill(1);
  for (let i = 0, state = seed; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    data[i] = (state / 2 ** 31) * DEVIATION;
  }
  return data;
}
