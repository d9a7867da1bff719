// The integers and scales of Q8_0 and Q4_0 as they are stored, in the order in which products take
// them (see tensors/block-tensor.ts).

import { BLOCK, blockBytes } from '#onnx/block-inputs.js';
import { Blocks } from './blocks.js';

/** Bits of the storage types that are blocks of ours. */
export const BLOCK_BITS: ReadonlyMap<string, 4 | 8> = new Map([
  ['Q8_0', 8],
  ['Q4_0', 4],
]);

const SCALE_BYTES = 2;
const HALF_BLOCK = BLOCK / 2;
/** Q8_0's integers are signed, ours count from -128. */
const SIGN = 0x80;

/** @param bytes a tensor's blocks, whole. */
export function unpackBlocks(
  bytes: Uint8Array,
  bits: 4 | 8,
): { data: Uint8Array<ArrayBuffer>; scales: Float32Array<ArrayBuffer> } {
  const size = blockBytes(bits);
  const count = bytes.length / (SCALE_BYTES + size);
  const stored = new Blocks(bytes);
  const [data, scales] = [new Uint8Array(count * size), new Float32Array(count)];
  const move = bits === 8 ? move8 : move4;
  for (let block = 0, at = 0; block < count; block++, at += SCALE_BYTES + size) {
    scales[block] = stored.getHalf(at);
    move(bytes.subarray(at + SCALE_BYTES), data.subarray(block * size, (block + 1) * size));
  }
  return { data, scales };
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
