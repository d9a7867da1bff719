// The blocks of a quantised tensor: little-endian numbers that may begin at any byte.

import { halfTable } from '../../tensors/float16.js';

/** Reads as fast as from an array. @throws RangeError beyond the tensor's bytes. */
export class Blocks extends DataView<ArrayBufferLike> {
  private readonly halves = halfTable();

  constructor({ buffer, byteOffset, byteLength }: Uint8Array) {
    super(buffer, byteOffset, byteLength);
  }

  /** A scale: a half, which the table has, whatever its bits. */
  getHalf(at: number): number {
    return this.halves[this.getUint16(at, true)]!;
  }
}
