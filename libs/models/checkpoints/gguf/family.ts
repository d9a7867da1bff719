// What llama.cpp's converter writes for a model family, and the way back: config.json and Hugging
// Face's tensors. Source of all tables: llama.cpp's conversion/*.py and
// gguf-py/gguf/tensor_mapping.py.

import type { ModelConfig } from '../../types.js';
import type { GgufFile } from './file.js';

/** What the converter did to a tensor, undone. */
export interface Undo {
  /** Sizes of the tensor as Hugging Face has it; absent: the file's. */
  dims?(dims: readonly number[]): readonly number[];
  /**
   * Numbers of a matrix are moved, never changed: they may also be given as their 16 bits,
   * and rows as blocks of few bits, `dims` then telling of their bytes or scales.
   * @param dims as the file has them.
   */
  data<T extends Numbers>(data: T, dims: readonly number[], config: ModelConfig): T;
  /** It turns a matrix, [out, in] in the file; otherwise rows are moved whole. */
  readonly turns?: boolean;
}

export type Numbers = Float32Array | Uint16Array | Uint8Array;

/** A tensor of the file without its `.weight` or `.bias`; `{}` stands for the layer's number. */
export interface Source {
  readonly name: string;
  /** What follows its `.weight`. */
  readonly after?: string;
  readonly undo?: Undo;
}

/** Two kernels of pictures, as one of pictures that follow each other: [out, in, 2, height, width]. */
export interface Frames {
  readonly frames: readonly [Source, Source];
}

/** Sources of Hugging Face's tensors, named in the same way; several lie one below the other. */
export type Names = Readonly<Record<string, Source | readonly Source[] | Frames>>;

/** Which tensors a file has. */
export interface Named {
  names(file: GgufFile): Names;
  /** Tensors that hold settings, which the configuration is read from. */
  readonly settings?: readonly string[];
  /** Tensors that no model of Hugging Face's form has a place for. */
  readonly unread?: RegExp;
}

export interface GgufFamily extends Named {
  /** config.json of the model, `model_type` included. */
  config(file: GgufFile): Record<string, unknown> | Promise<Record<string, unknown>>;
}

export const from = (name: string, undo?: Undo): Source => ({ name, ...(undo ? { undo } : {}) });
