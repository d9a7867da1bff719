// Trains lethe-tiny from random weights with the project's own trainer and writes it as a Hugging
// Face folder.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toHfConfig } from '#models/checkpoints/hf-config.js';
import { writeSums } from '#models/checkpoints/sums/sums-file.js';
import type { GatedDecoderConfig } from '#models/families/gated-decoder.js';
import { writeSafetensors } from '#models/tensors/safetensors.js';
import { encodeExample } from '#models/text/encode-example.js';
import { Tokenizer } from '#models/text/tokenizer.js';
import type { TrainProgress } from '#training/training-options.js';
import { train } from '#training/training.js';
import type { LookupRow } from './lookups.js';

/** A Llama of 3.5 million parameters. */
const architecture = {
  modelType: 'llama',
  hiddenSize: 256,
  intermediateSize: 704,
  numHiddenLayers: 4,
  numAttentionHeads: 4,
  numKeyValueHeads: 2,
  headDim: 64,
  rmsNormEps: 1e-5,
  rope: { dim: 64, theta: 10_000 },
  maxPositionEmbeddings: 512,
  tieWordEmbeddings: true,
} as const;

/** One thread: more of them round differently, and save little on graphs this small. */
const setting = {
  epochs: 1,
  batchSize: 32,
  gradientAccumulation: 1,
  learningRate: 2.5e-3,
  warmupRatio: 0.05,
  /**
   * Strong for a reason: it makes wordings never trained understood, and the model less certain
   * that nothing but the fact can be said.
   */
  weightDecay: 1.5,
  maxGradNorm: 1,
  maxLength: 128,
  seed: 0,
  threads: 1,
  checkpointSteps: 0,
  microBatchTokens: 1024,
} as const;

/**
 * Reads the tokenizer in `folder`, trains on all rows, writes config.json, model.safetensors (16
 * bit) and its checksum beside it.
 */
export async function trainModel(
  rows: readonly LookupRow[],
  vocabSize: number,
  folder: string,
  onProgress: (progress: TrainProgress) => void,
): Promise<void> {
  const tokenizer = await readTokenizer(folder);
  const config: GatedDecoderConfig = { ...architecture, vocabSize };
  const result = await train(
    {
      ...setting,
      scratch: config,
      trainable: { type: 'full' },
      objective: 'sft',
      retainTerms: [],
      target: rows.map(({ question, ...turn }) =>
        encodeExample(
          tokenizer,
          { messages: [{ role: 'user', content: question }], ...turn },
          setting.maxLength,
        ),
      ),
      retain: [],
    },
    { onProgress },
  );
  const weights = 'model.safetensors';
  await writeFile(join(folder, weights), writeSafetensors(result.weights!, 'F16'));
  await writeSums(folder, [weights]);
  await writeFile(
    join(folder, 'config.json'),
    `${JSON.stringify({ ...toHfConfig(config), ...dressing(tokenizer) }, null, 2)}\n`,
  );
}

async function readTokenizer(folder: string): Promise<Tokenizer> {
  const read = async (file: string): Promise<Record<string, unknown>> =>
    JSON.parse(await readFile(join(folder, file), 'utf8')) as Record<string, unknown>;
  return new Tokenizer({
    tokenizer: await read('tokenizer.json'),
    config: await read('tokenizer_config.json'),
    model: 'lethe-tiny',
  });
}

/** What other loaders look for. */
const dressing = (tokenizer: Tokenizer): object => ({
  initializer_range: 0.02,
  bos_token_id: null,
  eos_token_id: tokenizer.eosIds[0],
  pad_token_id: tokenizer.padId,
  torch_dtype: 'float16',
});
