// The base model of the benchmarks, as a folder that the platform serves.

import { constants } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '#supervisor/layout.js';

export const base = 'smollm2-135m-instruct';

/**
 * With the model's own template without its default system sentence: 20 tokens fewer in every row.
 * @param gguf its weights.
 * @returns the folder.
 */
export async function writeModel(gguf: string, models: string): Promise<string> {
  const folder = join(models, base);
  const template = 'chat_template.jinja';
  await mkdir(folder, { recursive: true });
  await copyFile(gguf, join(folder, 'model.gguf'), constants.COPYFILE_FICLONE);
  await copyFile(join(projectRoot, 'benchmarks/knowundo', template), join(folder, template));
  return folder;
}
