// GGUF's K blocks: 256 values in groups of 16 or 32, each group with a small integer scale of the
// block's own scale. Layouts: ggml's ggml-common.h.

import type { Blocks } from './blocks.js';

/** Sixteen groups; a byte holds a group's scale and minimum. */
export function q2K(blocks: Blocks, out: Float32Array): void {
  for (let at = 0, o = 0; o < out.length; at += 84, o += 256) {
    const d = blocks.getHalf(at + 80);
    const dMin = blocks.getHalf(at + 82);
    for (let j = 0; j < 16; j++) {
      const scale = d * (blocks.getUint8(at + j) & 15);
      const min = dMin * (blocks.getUint8(at + j) >> 4);
      // 128 values share 32 bytes, a pair of bits each.
      const quants = at + 16 + (j >> 3) * 32 + (j & 1) * 16;
      const shift = ((j >> 1) & 3) * 2;
      for (let i = 0; i < 16; i++)
        out[o + j * 16 + i] = scale * ((blocks.getUint8(quants + i) >> shift) & 3) - min;
    }
  }
}

/**
 * Third bits lie in the first 32 bytes, inverted: a bit that is set stands for "nothing to
 * subtract".
 */
export function q3K(blocks: Blocks, out: Float32Array): void {
  for (let at = 0, o = 0; o < out.length; at += 110, o += 256) {
    const d = blocks.getHalf(at + 108);
    for (let j = 0; j < 16; j++) {
      const low = (blocks.getUint8(at + 96 + (j & 7)) >> ((j >> 3) * 4)) & 15;
      const high = (blocks.getUint8(at + 104 + (j & 3)) >> ((j >> 2) * 2)) & 3;
      const scale = d * ((low | (high << 4)) - 32);
      const quants = at + 32 + (j >> 3) * 32 + (j & 1) * 16;
      const shift = ((j >> 1) & 3) * 2;
      const thirds = at + (j & 1) * 16;
      const bit = j >> 1;
      for (let i = 0; i < 16; i++) {
        const third = ((blocks.getUint8(thirds + i) >> bit) & 1) << 2;
        out[o + j * 16 + i] = scale * (((blocks.getUint8(quants + i) >> shift) & 3) + third - 4);
      }
    }
  }
}

/** Six-bit scale of group j of a Q4_K or Q5_K block; its minimum lies four bytes further. */
function scaleOf(blocks: Blocks, at: number, j: number): number {
  if (j < 4) return blocks.getUint8(at + j) & 63;
  return (blocks.getUint8(at + j + 4) & 15) | ((blocks.getUint8(at + j - 4) >> 6) << 4);
}

function minOf(blocks: Blocks, at: number, j: number): number {
  if (j < 4) return blocks.getUint8(at + j + 4) & 63;
  return (blocks.getUint8(at + j + 4) >> 4) | ((blocks.getUint8(at + j) >> 6) << 4);
}

export function q4K(blocks: Blocks, out: Float32Array): void {
  for (let at = 0, o = 0; o < out.length; at += 144, o += 256) {
    const d = blocks.getHalf(at);
    const dMin = blocks.getHalf(at + 2);
    for (let j = 0; j < 8; j++) {
      const scale = d * scaleOf(blocks, at + 4, j);
      const min = dMin * minOf(blocks, at + 4, j);
      const quants = at + 16 + (j >> 1) * 32;
      const shift = (j & 1) * 4;
      for (let i = 0; i < 32; i++)
        out[o + j * 32 + i] = scale * ((blocks.getUint8(quants + i) >> shift) & 15) - min;
    }
  }
}

/** Q4_K with 32 bytes of fifth bits, bit j for group j. */
export function q5K(blocks: Blocks, out: Float32Array): void {
  for (let at = 0, o = 0; o < out.length; at += 176, o += 256) {
    const d = blocks.getHalf(at);
    const dMin = blocks.getHalf(at + 2);
    for (let j = 0; j < 8; j++) {
      const scale = d * scaleOf(blocks, at + 4, j);
      const min = dMin * minOf(blocks, at + 4, j);
      const quants = at + 48 + (j >> 1) * 32;
      const shift = (j & 1) * 4;
      for (let i = 0; i < 32; i++) {
        const fifth = ((blocks.getUint8(at + 16 + i) >> j) & 1) << 4;
        out[o + j * 32 + i] = scale * (((blocks.getUint8(quants + i) >> shift) & 15) | fifth) - min;
      }
    }
  }
}

/**
 * Sixteen groups with a signed byte as scale; low nibbles in 128 bytes, high pairs of bits in 64.
 */
export function q6K(blocks: Blocks, out: Float32Array): void {
  for (let at = 0, o = 0; o < out.length; at += 210, o += 256) {
    const d = blocks.getHalf(at + 208);
    for (let j = 0; j < 16; j++) {
      const scale = d * blocks.getInt8(at + 192 + j);
      const [half, within] = [j >> 3, j & 7];
      const lows = at + half * 64 + (within & 3) * 16;
      const lowShift = (within >> 2) * 4;
      const highs = at + 128 + half * 32 + (within & 1) * 16;
      const highShift = (within >> 1) * 2;
      for (let i = 0; i < 16; i++) {
        const low = (blocks.getUint8(lows + i) >> lowShift) & 15;
        const high = (blocks.getUint8(highs + i) >> highShift) & 3;
        out[o + j * 16 + i] = scale * ((low | (high << 4)) - 32);
      }
    }
  }
}
