// What both sides train on: the same float32 weights and the same batches of real examples.

import { access, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseDataset } from '#contracts/dataset/dataset.js';
import { conversationOf } from '#contracts/examples.js';
import type { Checkpoint } from '#models/checkpoints/checkpoint-type.js';
import { writeModel } from '#models/checkpoints/model-writer.js';
import { type EncodedExample, encodeExample } from '#models/text/encode-example.js';
import { planRun } from '#training/examples/step-examples.js';

const SHARD_BYTES = 5e9;

export const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/** Ends the process with a sentence where the model or the data of a bench is missing. */
export async function requireInputs(inputs: { model: string; data: string }): Promise<void> {
  for (const [option, path] of Object.entries(inputs)) {
    if (await exists(path)) continue;
    console.error(`error: there is no ${path}: run bench/setup.sh, or name another by --${option}`);
    process.exit(1);
  }
}

/** Writes the checkpoint as a Hugging Face folder of float32 numbers, unless one is there. */
export async function writeFolder(checkpoint: Checkpoint, folder: string): Promise<void> {
  if (await exists(folder)) return;
  await mkdir(dirname(folder), { recursive: true });
  await writeModel(checkpoint, { folder, dtype: 'F32', maxShardBytes: SHARD_BYTES });
}

/** The first batches of a training run over the examples of a file, in the trainer's order. */
export async function readBatches(
  checkpoint: Checkpoint,
  path: string,
  batchSize: number,
  count: number,
  maxLength: number,
): Promise<EncodedExample[][]> {
  const tokenizer = await checkpoint.tokenizer();
  const examples = parseDataset(await readFile(path, 'utf8')).map(({ example }) =>
    encodeExample(tokenizer, { ...example, messages: conversationOf(example) }, maxLength),
  );
  const plan = planRun(
    examples.length,
    batchSize,
    Math.ceil((count * batchSize) / examples.length),
    count,
    0,
  );
  return Array.from({ length: plan.totalSteps }, (_, step) =>
    plan.examplesOf(step).map((index) => examples[index]!),
  );
}
