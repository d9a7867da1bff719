// GGUF files that llama.cpp's converter made of the golden checkpoints give the logits of those
// checkpoints.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Checkpoint } from '#models/checkpoints/checkpoint-type.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import type { TensorData } from '#models/types.js';
import { goldenRoot, largestDifference, readGolden } from '#testing/golden.js';
import { Forward, type Streams, weightsOf } from './forward.js';

/** A file cannot say these: Mistral's window, and what Gemma 2 divides its scores by. */
const INCOMPLETE = ['mistral', 'gemma2'];
const names = readdirSync(join(goldenRoot, 'gguf'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

async function run(
  { config }: Checkpoint,
  weights: ReadonlyMap<string, TensorData>,
  row: readonly number[],
): Promise<Streams> {
  const forward = await Forward.open(config, weights, 96, { device: 'cpu', threads: 1 });
  const [streams] = await forward.run([row]);
  await forward.close();
  return streams!;
}

// Numbers are the file's on both sides, rounded to float16 as they are: families.test.ts compares
// them one by one.
test.each(names.filter((name) => !INCOMPLETE.includes(name)))(
  '%s: logits and residual streams as of the folder',
  async (name) => {
    const { rows, path } = readGolden(name);
    const [file, folder] = [
      await openCheckpoint(join(goldenRoot, 'gguf', name)),
      await openCheckpoint(path),
    ];
    const weights = await weightsOf(file);
    const [ours, theirs] = [
      await run(file, weights, rows.long),
      await run(folder, weights, rows.long),
    ];
    for (const [tensor, data] of theirs)
      expect(largestDifference(ours.get(tensor)!, data), tensor).toBeLessThanOrEqual(1e-4);
  },
);
