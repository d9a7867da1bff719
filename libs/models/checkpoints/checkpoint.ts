// A model on disk, whatever its format: configuration, tensors by Hugging Face name, tokenizer.
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CheckpointError } from '../errors/checkpoint.error.js';
import type { HalfTensor } from '../tensors/half-tensor.js';
import type { Tokenizer } from '../text/tokenizer.js';
import type { ModelConfig } from '../types.js';
import { openGguf } from './gguf/checkpoint.js';
import { openHfFolder } from './hf-folder.js';

export interface Checkpoint {
  readonly name: string;
  readonly config: ModelConfig;
  tensorNames(): string[];
  /** Sizes of a tensor, matrices [out, in]. */
  dims(name: string): readonly number[];
  /** A tensor's numbers, read from the file at every call. */
  read(name: string): Promise<Float32Array>;
  /** Some matrix is stored in 16 bits. */
  readonly storesHalves?: boolean;
  /** The same in 16 bits, where the file has it so and nothing is lost. */
  readHalf?(name: string): Promise<HalfTensor | undefined>;
  tokenizer(): Promise<Tokenizer>;
  /** config.json: as it is in the folder, or as it would be for a model that has none. */
  readonly hfConfig: Readonly<Record<string, unknown>>;
  /**
   * Files of a Hugging Face folder beside configuration and weights, by name: tokenizer, chat
   * template, generation settings.
   */
  companions(): Promise<Readonly<Record<string, Uint8Array>>>;
}

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
  if (ggufs.length === 1) return openGguf(join(path, ggufs[0]), basename(path));
  throw new CheckpointError(
    `${path}: expected a config.json or exactly one .gguf file, found ${ggufs.length} of the latter`,
  );
}
