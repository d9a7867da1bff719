// GGUF files: header, tensors, tokenizer.

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openCheckpoint } from '#models/checkpoints/checkpoint.js';
import { type GgufMetadata, ggufMetadata, ggufTensors, writeGguf } from '#testing/gguf-writer.js';
import { byteAlphabet, TINY_CONFIG, TINY_TEMPLATE, tinyWeights } from '#testing/tiny-model.js';
import { mutateBytes, mutateJson } from '../mutate.js';
import type { Random } from '../random.js';
import type { Target } from '../target.js';
import { tempFolder } from '../temp-folder.js';
import { useTokenizer } from './tokenizers.js';

const METADATA = ggufMetadata(TINY_CONFIG, byteAlphabet(), TINY_TEMPLATE);
const TENSORS = ggufTensors(TINY_CONFIG, tinyWeights());
const BYTES = writeGguf(METADATA, TENSORS);
/** Where the tensors' data begins, about. */
const HEADER_BYTES = 12_000;

/** Values that the format can hold, in place of some. */
function withMetadata(random: Random): Uint8Array {
  const mutated = Object.entries(mutateJson(random, METADATA) ?? {});
  return writeGguf(Object.fromEntries(mutated.filter(holds)) as GgufMetadata, TENSORS);
}

const isCount = (value: unknown): boolean =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 32;

function holds([, value]: [string, unknown]): boolean {
  if (Array.isArray(value))
    return (
      value.length > 0 &&
      value.every(
        (part) =>
          isPlain(part) &&
          typeof part === typeof value[0] &&
          (typeof part === 'string' || isCount(part)),
      )
    );
  return isPlain(value);
}

const isPlain = (value: unknown): boolean =>
  typeof value === 'string' ||
  typeof value === 'boolean' ||
  (typeof value === 'number' && (isCount(value) || !Number.isInteger(value)));

export const gguf: Target = {
  name: 'gguf',
  inputs: 10_000,
  async open() {
    const folder = await tempFolder();
    const path = join(folder.path, 'fuzzed.gguf');
    return {
      async run(random) {
        await writeFile(
          path,
          random.chance(0.4) ? withMetadata(random) : mutateBytes(random, BYTES, HEADER_BYTES),
        );
        const checkpoint = await openCheckpoint(path);
        for (const name of checkpoint.tensorNames()) await checkpoint.read(name);
        useTokenizer(await checkpoint.tokenizer());
      },
      close: folder.remove,
    };
  },
};
