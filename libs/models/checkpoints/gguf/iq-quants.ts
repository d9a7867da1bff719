// GGUF's non-linear 4-bit blocks: a nibble is an index into a fixed table of levels. Layouts:
// ggml's ggml-common.h.

import type { Blocks } from './blocks.js';

/** ggml's kvalues_iq4nl. */
const LEVELS = new DataView(
  Int8Array.of(-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113).buffer,
);

export function iq4Nl(blocks: Blocks, out: Float32Array): void {
  for (let at = 0, o = 0; o < out.length; at += 18, o += 32) {
    sixteenPairs(blocks, at + 2, blocks.getHalf(at), out, o);
  }
}

/**
 * Eight groups of 32 with a six-bit scale each: four low bits in bytes 4 to 7, two high bits in
 * bytes 2 and 3.
 */
export function iq4Xs(blocks: Blocks, out: Float32Array): void {
  for (let at = 0, o = 0; o < out.length; at += 136, o += 256) {
    const d = blocks.getHalf(at);
    const high = blocks.getUint16(at + 2, true);
    for (let j = 0; j < 8; j++) {
      const low = (blocks.getUint8(at + 4 + (j >> 1)) >> ((j & 1) * 4)) & 15;
      const scale = (low | (((high >> (2 * j)) & 3) << 4)) - 32;
      sixteenPairs(blocks, at + 8 + j * 16, d * scale, out, o + j * 32);
    }
  }
}

function sixteenPairs(
  blocks: Blocks,
  at: number,
  scale: number,
  out: Float32Array,
  o: number,
): void {
  for (let i = 0; i < 16; i++) {
    const packed = blocks.getUint8(at + i);
    out[o + i] = scale * LEVELS.getInt8(packed & 15);
    out[o + i + 16] = scale * LEVELS.getInt8(packed >> 4);
  }
}
