// Opens a model on disk by its format.

import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CheckpointError } from '../errors/checkpoint.error.js';
import type { Checkpoint } from './checkpoint-type.js';
import { openGguf } from './gguf/checkpoint.js';
import { ggufModels, ggufProjectors } from './gguf/files.js';
import { openHfFolder } from './hf-folder.js';

const SAFETENSORS = /\.safetensors(\.index\.json)?$/;

/**
 * Opens a Hugging Face folder, a .gguf file, or a folder that holds exactly one GGUF model: one file,
 * or all parts of one. A projector for images beside it belongs to it, unless the file is named by
 * itself; a config.json without weights of its own is left alone.
 * Headers are checked now; tensors are read later.
 * @throws CheckpointError in one sentence naming the file and what was expected.
 */
export async function openCheckpoint(path: string): Promise<Checkpoint> {
  const info = await stat(path).catch(() => undefined);
  if (!info) throw new CheckpointError(`there is no model at ${path}`);
  if (!info.isDirectory()) return openGguf(path);
  const files = await readdir(path);
  const ggufs = ggufModels(files);
  const [first] = ggufs;
  const hasWeights = files.some((file) => SAFETENSORS.test(file));
  if (files.includes('config.json') && (hasWeights || ggufs.length !== 1))
    return openHfFolder(path);
  if (first !== undefined && ggufs.length === 1)
    return openGguf(join(path, first), {
      name: basename(path),
      projector: projectorIn(path, files),
    });
  throw new CheckpointError(
    `${path}: expected a config.json or exactly one GGUF model, found ${ggufs.join(', ') || 'neither'}`,
  );
}

/** @throws CheckpointError where a folder has several. */
function projectorIn(folder: string, files: readonly string[]): string | undefined {
  const projectors = ggufProjectors(files);
  const [projector, ...others] = projectors;
  if (others.length > 0)
    throw new CheckpointError(
      `${folder}: expected at most one projector for images, found ${projectors.join(', ')}`,
    );
  return projector === undefined ? undefined : join(folder, projector);
}
