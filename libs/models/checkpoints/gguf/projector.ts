// A projector's file, which reads pictures for a text beside it: tower and connector as llama.cpp's
// converters write them, and the way back to config.json, preprocessor_config.json and Hugging Face's
// tensors. Source of all tables: llama.cpp's conversion/{smolvlm,qwenvl}.py,
// tools/mtmd/legacy-models/convert_image_encoder_to_gguf.py and tools/mtmd/clip-impl.h.

import type { Named } from './family.js';
import type { GgufFile } from './file.js';

/** What a projector needs to know of its text. */
export interface ProjectorText {
  readonly file: GgufFile;
  /** Its part of config.json. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The token that stands for a feature. */
  readonly placeholder: number;
}

export interface Projector extends Named {
  /** general.architecture of the texts that it goes with. */
  readonly texts: readonly string[];
  /** Tokens that such a text has; the first stands for a feature. */
  readonly tokens: readonly [string, ...string[]];
  /** The matrix whose rows are a feature's numbers. */
  readonly last: string;
  /** config.json of the whole model. */
  config(file: GgufFile, text: ProjectorText): Record<string, unknown>;
  /** preprocessor_config.json. */
  processor(file: GgufFile): Record<string, unknown>;
}
