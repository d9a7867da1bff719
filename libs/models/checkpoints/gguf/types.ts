// The storage types of GGUF tensors that can be read: block sizes, and the way back to float32.
// Numbering and sizes: ggml's ggml.h and the `gguf` Python package's constants.

import { CheckpointError } from '../../errors/checkpoint.error.js';
import { bfloatsToFloats, halvesToFloats } from '../../tensors/float16.js';
import { Blocks } from './blocks.js';
import { iq4Nl, iq4Xs } from './iq-quants.js';
import { q2K, q3K, q4K, q5K, q6K } from './k-quants.js';
import { q4_0, q4_1, q5_0, q5_1, q8_0 } from './simple-quants.js';

/**
 * Reads `out.length` numbers from whole blocks. Products of a block's scales and quants fit
 * float32's 24 bits and their differences fit a double, so that double arithmetic rounds once, on
 * storing, and gives ggml's float32 numbers bit for bit.
 */
type Dequantize = (blocks: Blocks, out: Float32Array) => void;

export interface StorageType {
  readonly name: string;
  readonly blockValues: number;
  readonly blockBytes: number;
  readonly dequantize: Dequantize;
}

/** A row of the table. */
const type = (
  name: string,
  blockValues: number,
  blockBytes: number,
  read: Dequantize,
): StorageType => ({ name, blockValues, blockBytes, dequantize: read });

export const GGUF_TYPES: Readonly<Record<number, StorageType>> = {
  0: type('F32', 1, 4, (blocks, out) => out.set(new Float32Array(aligned(blocks)))),
  1: type('F16', 1, 2, (blocks, out) => out.set(halvesToFloats(new Uint16Array(aligned(blocks))))),
  2: type('Q4_0', 32, 18, q4_0),
  3: type('Q4_1', 32, 20, q4_1),
  6: type('Q5_0', 32, 22, q5_0),
  7: type('Q5_1', 32, 24, q5_1),
  8: type('Q8_0', 32, 34, q8_0),
  10: type('Q2_K', 256, 84, q2K),
  11: type('Q3_K', 256, 110, q3K),
  12: type('Q4_K', 256, 144, q4K),
  13: type('Q5_K', 256, 176, q5K),
  14: type('Q6_K', 256, 210, q6K),
  20: type('IQ4_NL', 32, 18, iq4Nl),
  23: type('IQ4_XS', 256, 136, iq4Xs),
  30: type('BF16', 1, 2, (blocks, out) =>
    out.set(bfloatsToFloats(new Uint16Array(aligned(blocks)))),
  ),
};

function aligned({ buffer, byteOffset, byteLength }: Blocks): ArrayBufferLike {
  return byteLength === buffer.byteLength
    ? buffer
    : buffer.slice(byteOffset, byteOffset + byteLength);
}

/** @throws CheckpointError for a type that cannot be read. */
export function storageType(path: string, name: string, id: number): StorageType {
  const storage = GGUF_TYPES[id];
  if (storage) return storage;
  const known = Object.values(GGUF_TYPES).map(({ name: typeName }) => typeName);
  throw new CheckpointError(
    `${path}: tensor ${name} is stored as GGUF type ${id}, expected one of ${known.join(', ')}`,
  );
}

/** Bytes a tensor takes. A row never shares a block with the next. */
export function tensorBytes(
  path: string,
  name: string,
  id: number,
  dims: readonly number[],
): number {
  const { name: typeName, blockValues, blockBytes } = storageType(path, name, id);
  const row = dims.at(-1) ?? 1;
  if (row % blockValues !== 0) {
    throw new CheckpointError(
      `${path} is corrupt: tensor ${name} has rows of ${row}, ${typeName} needs a multiple of ${blockValues}`,
    );
  }
  return (dims.reduce((a, b) => a * b, 1) / blockValues) * blockBytes;
}

/** @param bytes the tensor's blocks, whole. */
export function dequantize(
  { blockValues, blockBytes, dequantize: read }: StorageType,
  bytes: Uint8Array,
): Float32Array {
  const out = new Float32Array((bytes.length / blockBytes) * blockValues);
  read(new Blocks(bytes), out);
  return out;
}
