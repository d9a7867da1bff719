// A GGUF model whose tensors are spread over several files, as llama-gguf-split writes them.

import { basename, dirname, join } from 'node:path';
import { CheckpointError } from '../../errors/checkpoint.error.js';
import { told } from '../../errors/told.js';
import { partNames } from './files.js';
import { type GgufHeader, type GgufTensor, readGgufHeader } from './header.js';

/**
 * The header of a whole model: metadata of its first file, tensors of all.
 * @param path of the first file
 */
export async function readGgufModel(path: string): Promise<GgufHeader> {
  const { metadata, tensors } = await readGgufHeader(path);
  const { count, no } = { count: metadata.get('split.count') ?? 1, no: metadata.get('split.no') };
  if (count === 0 || count === 1) return { metadata, tensors };
  const names =
    typeof count === 'number' && count <= 99_999 ? partNames(basename(path), count) : [];
  if (no !== 0 || names[0] !== basename(path))
    throw new CheckpointError(
      `${path} is part ${told(no)} of ${told(count)}, expected the first, named as in model-00001-of-00002.gguf`,
    );
  const all = new Map(tensors);
  for (const [i, name] of names.entries())
    if (i > 0) await addPart(join(dirname(path), name), i, all);
  return { metadata, tensors: all };
}

async function addPart(path: string, no: number, all: Map<string, GgufTensor>): Promise<void> {
  const { metadata, tensors } = await readPart(path);
  const found = metadata.get('split.no');
  if (found !== no)
    throw new CheckpointError(`${path}: metadata split.no: expected ${no}, found ${told(found)}`);
  for (const [name, tensor] of tensors) all.set(name, tensor);
}

async function readPart(path: string): Promise<GgufHeader> {
  try {
    return await readGgufHeader(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new CheckpointError(`${path} is missing`);
  }
}
