// The built-in model that sees, with its prior: a LoRA on its last two layers, merged in.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readAdapter } from '#models/adapters/adapter-files.js';
import { readAdapterFolder } from '#models/adapters/adapter-folder.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { writeModel } from '#models/checkpoints/model-writer.js';
import { projectRoot } from '#supervisor/layout.js';
import { model, priorModel } from './ways.js';

const ONE_FILE = 1e9;

/** As `lethe model merge --model lethe-tiny-vl --adapter models/lethe-tiny-vl/prior` does. */
export async function mergePrior(models: string): Promise<void> {
  const base = join(projectRoot, 'models', model);
  const folder = join(models, priorModel);
  rmSync(folder, { recursive: true, force: true });
  await writeModel(await openCheckpoint(base), {
    folder,
    dtype: 'F32',
    maxShardBytes: ONE_FILE,
    adapter: readAdapter(await readAdapterFolder(join(base, 'prior'))),
  });
}
