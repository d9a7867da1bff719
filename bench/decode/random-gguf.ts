// A GGUF file of SmolLM2-135M's shape with random weights, all matrices of one storage type: what a
// step takes depends on the shape alone.

import { writeFile } from 'node:fs/promises';
import { parseHfConfig } from '#models/checkpoints/hf-config.js';
import type { GatedDecoderConfig } from '#models/families/gated-decoder.js';
import { expectedTensors } from '#models/passes/trace.js';
import { floatToHalf } from '#models/tensors/float16.js';
import { matrixSizes } from '#models/tensors/matrix.js';
import { ggufMetadata, ggufName, type GgufTensorBytes, writeGguf } from '#testing/gguf-writer.js';
import { byteAlphabet } from '#testing/tiny-model.js';
import { shapes } from '../shapes.js';

/** By ggml's number, with the bytes of a block of `values`, and the largest of its integers. */
export const storages = {
  F16: { type: 1, values: 1, bytes: 2, largest: 1 },
  Q4_0: { type: 2, values: 32, bytes: 18, largest: 8 },
  Q8_0: { type: 8, values: 32, bytes: 34, largest: 127 },
} as const;
export type Storage = keyof typeof storages;

const SPECIALS = 3;

export async function writeRandomGguf(path: string, storage: Storage): Promise<void> {
  const config = parseHfConfig(path, shapes['smollm2-135m']) as GatedDecoderConfig;
  const alphabet = byteAlphabet();
  const words = Array.from(
    { length: config.vocabSize - alphabet.length - SPECIALS },
    (_, i) => `w${i}`,
  );
  const tensors = new Map<string, GgufTensorBytes>();
  for (const [name, dims] of expectedTensors(config))
    tensors.set(ggufName(name), dims.length === 1 ? ones(dims) : randomMatrix(dims, storage));
  await writeFile(path, writeGguf(ggufMetadata(config, [...alphabet, ...words], ''), tensors));
}

const ones = (dims: readonly number[]): GgufTensorBytes => ({
  dims,
  type: 0,
  bytes: new Uint8Array(new Float32Array(matrixSizes(dims)[0]).fill(1).buffer),
});

/** Numbers whose sums over a row stay about 1. */
function randomMatrix(dims: readonly number[], storage: Storage): GgufTensorBytes {
  const { type, values, bytes: size, largest } = storages[storage];
  const [rows, columns] = matrixSizes(dims);
  const spread = 1 / Math.sqrt(columns);
  const bytes = new Uint8Array((rows * columns * size) / values);
  const view = new DataView(bytes.buffer);
  const scale = floatToHalf(spread / largest);
  let state = rows + columns;
  const next = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0);
  if (storage === 'F16')
    for (let at = 0; at < bytes.length; at += 2)
      view.setUint16(at, floatToHalf((next() / 2 ** 31 - 1) * spread), true);
  else
    for (let at = 0; at < bytes.length; at++) {
      if (at % size === 0) view.setUint16(at++, scale, true);
      else bytes[at] = next() >>> 24;
    }
  return { dims, type, bytes };
}
