// Opens a model on disk by its format.

import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CheckpointError } from '../errors/checkpoint.error.js';
import type { Checkpoint } from './checkpoint-type.js';
import { openGguf } from './gguf/checkpoint.js';
import { openHfFolder } from './hf-folder.js';

/**
 * Opens a Hugging Face folder, a .gguf file, or a folder that holds exactly one .gguf.
 * Headers are checked now; tensors are read later.
 * @throws CheckpointError in one sentence naming the file and what was expected.
 */
export async function openCheckpoint(path: string): Promise<Checkpoint> {
  const info = await stat(path).catch(() => undefined);
  if (!info) throw new CheckpointError(`there is no model at ${path}`);
  if (!info.isDirectory()) return openGguf(path);
  const files = await readdir(path);
  if (files.includes('config.json')) return openHfFolder(path);
  const ggufs = files.filter((file) => file.endsWith('.gguf'));
  const [first] = ggufs;
  if (first !== undefined && ggufs.length === 1) return openGguf(join(path, first), basename(path));
  throw new CheckpointError(
    `${path}: expected a config.json or exactly one .gguf file, found ${ggufs.length} of the latter`,
  );
}
