// What a set of questions is asked with.

import type OpenAI from 'openai';
import type { Asked } from './ask-all.js';
import type { Choice } from './chosen-images.js';
import type { CocoFolder } from './coco-folder.js';
import type { System } from './systems.js';

export interface Harness {
  readonly client: OpenAI;
  readonly asked: Asked;
  /** Greedy first. */
  readonly systems: readonly System[];
  readonly coco: CocoFolder;
  readonly choice: Choice;
  /** For answers and tables. */
  readonly folder: string;
}
