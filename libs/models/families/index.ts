// The architectures by config.json's model_type.

import type { ModelConfig } from '../types.js';
import type { Architecture } from './architecture.js';
import { baichuan } from './baichuan.js';
import { bloom } from './bloom.js';
import { gemma2 } from './gemma2.js';
import { gemma3 } from './gemma3.js';
import { gpt2 } from './gpt2.js';
import { gptNeox } from './gpt_neox.js';
import { llama } from './llama.js';
import { mistral } from './mistral.js';
import { phi } from './phi.js';
import { phi3 } from './phi3.js';
import { qwen2 } from './qwen2.js';
import { qwen3 } from './qwen3.js';

const all: readonly Architecture[] = [
  baichuan,
  bloom,
  gemma2,
  gemma3,
  gpt2,
  gptNeox,
  llama,
  mistral,
  phi,
  phi3,
  qwen2,
  qwen3,
];

const table = new Map(all.map((architecture) => [architecture.modelType, architecture]));

export const modelTypes = (): string[] => [...table.keys()].toSorted();

export const findArchitecture = (modelType: string): Architecture | undefined =>
  table.get(modelType);

/** @throws RangeError where nothing of that model_type is known. */
export function architectureOf({ modelType }: Pick<ModelConfig, 'modelType'>): Architecture {
  const found = findArchitecture(modelType);
  if (!found)
    throw new RangeError(
      `model_type "${modelType}" is not known, expected one of ${modelTypes().join(', ')}`,
    );
  return found;
}
