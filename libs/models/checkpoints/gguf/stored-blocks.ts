// The integers and scales of Q8_0, Q4_0 and Q4_1 as they are stored, in the order in which products
// take them (see tensors/block-tensor.ts).

import { BLOCK, blockBytes } from '#onnx/block-inputs.js';
import { Blocks } from './blocks.js';

interface StoredBlocks {
  readonly bits: 4 | 8;
  /** Integers count from a minimum that follows the scale. */
  readonly hasMinimum: boolean;
}

/** The storage types that are blocks of ours. */
export const BLOCK_TYPES: ReadonlyMap<string, StoredBlocks> = new Map([
  ['Q8_0', { bits: 8, hasMinimum: false }],
  ['Q4_0', { bits: 4, hasMinimum: false }],
  ['Q4_1', { bits: 4, hasMinimum: true }],
]);

const HALF_BYTES = 2;
const HALF_BLOCK = BLOCK / 2;
/** Q8_0's integers are signed, ours count from -128. */
const SIGN = 0x80;

/** @param bytes a tensor's blocks, whole. */
export function unpackBlocks(
  bytes: Uint8Array,
  { bits, hasMinimum }: StoredBlocks,
): {
  data: Uint8Array<ArrayBuffer>;
  scales: Float32Array<ArrayBuffer>;
  offsets?: Float32Array<ArrayBuffer>;
} {
  const size = blockBytes(bits);
  const header = hasMinimum ? 2 * HALF_BYTES : HALF_BYTES;
  const count = bytes.length / (header + size);
  const stored = new Blocks(bytes);
  const [data, scales] = [new Uint8Array(count * size), new Float32Array(count)];
  const offsets = new Float32Array(hasMinimum ? count : 0);
  const move = bits === 8 ? move8 : move4;
  for (let block = 0, at = 0; block < count; block++, at += header + size) {
    const scale = stored.getHalf(at);
    scales[block] = scale;
    // Ours count from -8.
    if (hasMinimum) offsets[block] = stored.getHalf(at + HALF_BYTES) + 8 * scale;
    move(bytes.subarray(at + header), data.subarray(block * size, (block + 1) * size));
  }
  return { data, scales, ...(hasMinimum ? { offsets } : {}) };
}

function move8(from: Uint8Array, to: Uint8Array): void {
  for (let i = 0; i < BLOCK; i++) to[i] = from[i]! ^ SIGN;
}

/** Byte i has the numbers i and i + 16 in the file, and 2 i and 2 i + 1 here. */
function move4(from: Uint8Array, to: Uint8Array): void {
  for (let i = 0; i < HALF_BLOCK; i += 2) {
    const [a, b] = [from[i]!, from[i + 1]!];
    to[i / 2] = (a & 15) | ((b & 15) << 4);
    to[i / 2 + HALF_BLOCK / 2] = (a >> 4) | (b & 0xf0);
  }
}
