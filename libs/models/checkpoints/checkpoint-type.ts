// A model on disk, whatever its format: configuration, tensors by Hugging Face name, tokenizer.

import type { Rows } from '#onnx/graph.js';
import type { BlockTensor } from '../tensors/block-tensor.js';
import type { HalfTensor } from '../tensors/half-tensor.js';
import type { FloatDtype } from '../tensors/safetensors-header.js';
import type { Tokenizer } from '../text/tokenizer.js';
import type { ModelConfig } from '../types.js';

export interface Checkpoint {
  readonly name: string;
  readonly config: ModelConfig;
  tensorNames(): string[];
  /** Sizes of a tensor, matrices [out, in]. */
  dims(name: string): readonly number[];
  /** A tensor's numbers, read from the file at every call. */
  read(name: string): Promise<Float32Array>;
  /** The same of rows of a matrix, where they can be read alone. */
  readRows?(name: string, rows: Rows): Promise<Float32Array>;
  /** What holds the numbers of every matrix; absent where all are quantised. */
  readonly dtype?: FloatDtype | undefined;
  /** Some matrix is stored in 16 bits. */
  readonly storesHalves?: boolean;
  /** The same in 16 bits, where the file has it so and nothing is lost. */
  readHalf?(name: string): Promise<HalfTensor | undefined>;
  /** The same in blocks of few bits, where the file has such and nothing is lost. */
  readBlocks?(name: string): Promise<BlockTensor | undefined>;
  /** Whether the file has a matrix rounded to few bits, of whatever kind. Absent: none is. */
  isRounded?(name: string): boolean;
  tokenizer(): Promise<Tokenizer>;
  /** config.json: as it is in the folder, or as it would be for a model that has none. */
  readonly hfConfig: Readonly<Record<string, unknown>>;
  /**
   * preprocessor_config.json of a model that sees, as its weights' file says it: what the folder's own
   * files come before. Absent: the folder has to have one.
   */
  readonly imageProcessor?: Readonly<Record<string, unknown>>;
  /**
   * Files of a Hugging Face folder beside configuration and weights, by name: tokenizer, chat
   * template, generation settings.
   */
  companions(): Promise<Readonly<Record<string, Uint8Array>>>;
}
