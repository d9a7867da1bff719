// Where the tensors of a Hugging Face folder lie: in one safetensors file or in shards.

import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CheckpointError } from '../errors/checkpoint.error.js';
import type { TensorEntry } from '../tensors/safetensors-header.js';
import { readSafetensorsHeader } from '../tensors/safetensors.js';
import { readJsonIfPresent } from './json-file.js';

export type Located = TensorEntry & { readonly file: string };

const WHOLE = 'model.safetensors';
const INDEX = 'model.safetensors.index.json';
const SHARD = /^model-\d{5}-of-(\d{5})\.safetensors$/;
const PICKLE = /^pytorch_model.*\.(bin|pt|pth)(\.index\.json)?$/;

/** @throws CheckpointError naming the file that is missing, or what there is in its place. */
export async function locateTensors(folder: string): Promise<Map<string, Located>> {
  const tensors = new Map<string, Located>();
  for (const name of await weightFiles(folder)) {
    const file = join(folder, name);
    for (const [tensor, entry] of await openHeader(file)) tensors.set(tensor, { ...entry, file });
  }
  return tensors;
}

/** As transformers looks for them: one file comes before an index. */
async function weightFiles(folder: string): Promise<readonly string[]> {
  const files = await readdir(folder);
  if (files.includes(WHOLE)) return [WHOLE];
  const index = await readJsonIfPresent(join(folder, INDEX));
  if (index) return shardsOf(folder, index);
  const shards = files.filter((file) => SHARD.test(file)).toSorted();
  const [first] = shards;
  if (first === undefined) throw new CheckpointError(missing(folder, files));
  const count = Number(SHARD.exec(first)?.[1]);
  if (shards.length === count) return shards;
  throw new CheckpointError(
    `${folder}: expected ${count} shards of weights, found ${shards.length}: ${shards.join(', ')}`,
  );
}

function missing(folder: string, files: readonly string[]): string {
  const pickle = files.find((file) => PICKLE.test(file));
  const found = files.filter((file) => file.endsWith('.safetensors')).join(', ');
  const instead = pickle
    ? `, and ${pickle} is a pickle, which is not read: save the model again with safe_serialization`
    : found && `, found ${found}`;
  return `${join(folder, WHOLE)} is missing${instead}`;
}

async function openHeader(file: string): Promise<Map<string, TensorEntry>> {
  try {
    return await readSafetensorsHeader(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new CheckpointError(`${file} is missing`);
  }
}

function shardsOf(folder: string, index: Readonly<Record<string, unknown>>): string[] {
  const map = index['weight_map'];
  const shards = typeof map === 'object' && map !== null ? Object.values(map) : [];
  const plain = shards.filter(
    (shard): shard is string => typeof shard === 'string' && basename(shard) === shard,
  );
  if (plain.length === 0 || plain.length !== shards.length) {
    throw new CheckpointError(
      `${join(folder, INDEX)}: weight_map: expected names of files in the folder`,
    );
  }
  return [...new Set(plain)];
}
