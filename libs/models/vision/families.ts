// The families of models that see, by config.json's model_type.

import type { VisionFamily } from './family.js';
import { idefics3, smolvlm } from './idefics3.js';
import { llava, llavaNext } from './llava.js';
import { qwen25Vl } from './qwen2_5_vl.js';
import { qwen2Vl } from './qwen2_vl.js';

const all: readonly VisionFamily[] = [idefics3, llava, llavaNext, qwen25Vl, qwen2Vl, smolvlm];
const table = new Map(all.map((family) => [family.modelType, family]));

export const visionTypes = (): string[] => [...table.keys()].toSorted();

export const findVisionFamily = (modelType: string): VisionFamily | undefined =>
  table.get(modelType);
