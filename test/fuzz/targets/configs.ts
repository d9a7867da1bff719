// config.json of every family, beside the weights it belongs to.

import { readFileSync, symlinkSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { modelTypes } from '#models/families/index.js';
import { goldenRoot } from '#testing/golden.js';
import { mutateDocument } from '../mutate.js';
import type { Target } from '../target.js';
import { tempFolder } from '../temp-folder.js';

export const configs: Target = {
  name: 'configs',
  inputs: 10_000,
  async open() {
    const folder = await tempFolder();
    const originals = new Map<string, unknown>();
    for (const type of modelTypes()) {
      await mkdir(join(folder.path, type));
      const weights = 'model.safetensors';
      symlinkSync(join(goldenRoot, type, weights), join(folder.path, type, weights));
      const text = readFileSync(join(goldenRoot, type, 'config.json'), 'utf8');
      originals.set(type, JSON.parse(text));
    }
    return {
      async run(random) {
        const [type, original] = random.pick([...originals]);
        const path = join(folder.path, type);
        const config = mutateDocument(random, original);
        await writeFile(join(path, 'config.json'), config);
        await openCheckpoint(path);
      },
      close: folder.remove,
    };
  },
};
