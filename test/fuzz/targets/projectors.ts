// Projectors beside GGUF texts: header, tensors, and what is said of pictures.

import { readFileSync } from 'node:fs';
import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readProcessor } from '#images/processors/read-processor.js';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { visionTensors } from '#models/vision/vision-tensors.js';
import { goldenRoot } from '#testing/golden.js';
import { mutateBytes } from '../mutate.js';
import type { Target } from '../target.js';
import { tempFolder } from '../temp-folder.js';

const root = join(goldenRoot, 'mmproj');
const NAMES = ['llava', 'llava-siglip', 'llava-next', 'smolvlm', 'qwen2-vl', 'qwen2-5-vl'];
/** Where the tensors' data begins, about. */
const HEADER_BYTES = 5_000;

export const projectors: Target = {
  name: 'projectors',
  inputs: 2_000,
  async open() {
    const models = await Promise.all(
      NAMES.map(async (name) => {
        const folder = await tempFolder();
        await copyFile(join(root, name, 'model.gguf'), join(folder.path, 'model.gguf'));
        return { folder, bytes: readFileSync(join(root, name, 'mmproj.gguf')) };
      }),
    );
    return {
      async run(random) {
        const { folder, bytes } = random.pick(models);
        const mutated = mutateBytes(random, bytes, HEADER_BYTES);
        await writeFile(join(folder.path, 'mmproj.gguf'), mutated);
        const checkpoint = await openCheckpoint(folder.path);
        for (const name of visionTensors(checkpoint.config).keys()) await checkpoint.read(name);
        await readProcessor(folder.path, checkpoint.imageProcessor);
      },
      async close() {
        for (const { folder } of models) await folder.remove();
      },
    };
  },
};
