// The families by general.architecture.

import { CheckpointError } from '../../errors/checkpoint.error.js';
import { told } from '../../errors/told.js';
import { baichuan } from './families/baichuan.js';
import { bloom } from './families/bloom.js';
import { gemma2 } from './families/gemma2.js';
import { gemma3 } from './families/gemma3.js';
import { gptNeox } from './families/gpt-neox.js';
import { gpt2 } from './families/gpt2.js';
import { llama } from './families/llama.js';
import { phi } from './families/phi.js';
import { phi3 } from './families/phi3.js';
import { qwen } from './families/qwen.js';
import type { GgufFamily } from './family.js';
import type { GgufFile } from './file.js';

const FAMILIES: ReadonlyMap<string, GgufFamily> = new Map(
  Object.entries({
    llama,
    qwen2: qwen,
    qwen2vl: qwen,
    qwen3: qwen,
    gemma2,
    gemma3,
    phi2: phi,
    phi3,
    gptneox: gptNeox,
    gpt2,
    bloom,
    baichuan,
  }),
);

/** @throws CheckpointError listing the known. */
export function familyOf({ path, architecture }: GgufFile): GgufFamily {
  const family = FAMILIES.get(architecture);
  if (family) return family;
  throw new CheckpointError(
    `${path}: general.architecture is ${told(architecture)}, expected one of ${[...FAMILIES.keys()].join(', ')}`,
  );
}
