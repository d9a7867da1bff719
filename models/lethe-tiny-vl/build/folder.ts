// The model's folder as it grows: written after each phase, and read by the next.

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hfConfigText } from '#models/checkpoints/hf-config.js';
import { writeSums } from '#models/checkpoints/sums/sums-file.js';
import type { FloatDtype } from '#models/tensors/safetensors-header.js';
import { writeSafetensors } from '#models/tensors/safetensors.js';
import type { TensorData } from '#models/types.js';
import { publishedName } from '#models/vision/published-names.js';
import { hfConfigOf, preprocessor, shapeOf } from './shape.js';
import type { TokenizerFiles } from './tokenizer.js';

const WEIGHTS = 'model.safetensors';

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

/** @param weights by our names; heads that say labels are left out. */
export async function writeFolder(
  folder: string,
  { vocabSize, tokenizer, config }: TokenizerFiles,
  weights: ReadonlyMap<string, TensorData>,
  dtype: FloatDtype,
): Promise<void> {
  const shape = shapeOf(vocabSize);
  const published = [...weights]
    .filter(([name]) => !name.startsWith('labels.'))
    .map(([name, tensor]) => [publishedName(shape, name), tensor] as const);
  const files = {
    'config.json': hfConfigText(hfConfigOf(vocabSize)),
    'preprocessor_config.json': json(preprocessor),
    'tokenizer.json': `${JSON.stringify(tokenizer)}\n`,
    'tokenizer_config.json': json(config),
    [WEIGHTS]: writeSafetensors(new Map(published), dtype),
  };
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  await writeSums(folder, [WEIGHTS]);
}
