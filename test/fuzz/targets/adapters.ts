// Adapters, read and fitted to a model.

import { readAdapter, writeAdapter } from '#models/adapters/adapter-files.js';
import { savedTensorName } from '#models/adapters/adapter.js';
import { mergedModel } from '#models/checkpoints/merged-model.js';
import type { AdapterFiles } from '#models/types.js';
import { tinyAdapter } from '#testing/tiny-adapter.js';
import { TINY_CONFIG, tinyWeights } from '#testing/tiny-model.js';
import { mutateBytes, mutateDocument } from '../mutate.js';
import type { Random } from '../random.js';
import type { Target } from '../target.js';

const WEIGHTS = tinyWeights();
const CONFIG = 'adapter_config.json';
const TENSORS = 'adapter_model.safetensors';
const EMBEDDING = 'model.embed_tokens.weight';

const low = tinyAdapter(TINY_CONFIG, { targetModules: ['q_proj'] });
const FILES: readonly AdapterFiles[] = [
  writeAdapter({ ...low, rankPattern: { 'layers.0.*': 2 }, alphaPattern: { q_proj: 3 } }),
  writeAdapter({
    ...low,
    modulesToSave: ['embed_tokens'],
    tensors: new Map([...low.tensors, [savedTensorName(EMBEDDING), WEIGHTS.get(EMBEDDING)!]]),
  }),
];

function fuzzed(random: Random): AdapterFiles {
  const files = random.pick(FILES);
  if (random.chance(0.4))
    return { ...files, [TENSORS]: mutateBytes(random, files[TENSORS]!, 3000) };
  const config: unknown = JSON.parse(Buffer.from(files[CONFIG]!).toString());
  return { ...files, [CONFIG]: Buffer.from(mutateDocument(random, config)) };
}

export const adapters: Target = {
  name: 'adapters',
  inputs: 10_000,
  open: async () => ({
    async run(random) {
      const model = mergedModel(TINY_CONFIG, readAdapter(fuzzed(random)));
      for (const name of model.changed)
        await model.read(name, async (tensor) => WEIGHTS.get(tensor)!.data.slice());
    },
  }),
};
