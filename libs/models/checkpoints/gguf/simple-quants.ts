// GGUF's plain blocks of 32 values: one scale, and one minimum where the name ends in _1. Layouts:
// ggml's ggml-common.h; the value in byte i's low nibble is number i, that in its high nibble i +
// 16.

import type { Blocks } from './blocks.js';

export function q4_0(blocks: Blocks, out: Float32Array): void {
  for (let at = 0, o = 0; o < out.length; at += 18, o += 32) {
    const d = blocks.getHalf(at);
    for (let i = 0; i < 16; i++) {
      const packed = blocks.getUint8(at + 2 + i);
      out[o + i] = ((packed & 15) - 8) * d;
      out[o + i + 16] = ((packed >> 4) - 8) * d;
    }
  }
}

export function q4_1(blocks: Blocks, out: Float32Array): void {
  for (let at = 0, o = 0; o < out.length; at += 20, o += 32) {
    const d = blocks.getHalf(at);
    const min = blocks.getHalf(at + 2);
    for (let i = 0; i < 16; i++) {
      const packed = blocks.getUint8(at + 4 + i);
      out[o + i] = (packed & 15) * d + min;
      out[o + i + 16] = (packed >> 4) * d + min;
    }
  }
}

/** The fifth bits of a block's 32 values lie together in four bytes. */
export function q5_0(blocks: Blocks, out: Float32Array): void {
  for (let at = 0, o = 0; o < out.length; at += 22, o += 32) {
    const d = blocks.getHalf(at);
    const high = blocks.getInt32(at + 2, true);
    for (let i = 0; i < 16; i++) {
      const packed = blocks.getUint8(at + 6 + i);
      out[o + i] = (((packed & 15) | (((high >> i) & 1) << 4)) - 16) * d;
      out[o + i + 16] = (((packed >> 4) | (((high >> (i + 16)) & 1) << 4)) - 16) * d;
    }
  }
}

export function q5_1(blocks: Blocks, out: Float32Array): void {
  for (let at = 0, o = 0; o < out.length; at += 24, o += 32) {
    const d = blocks.getHalf(at);
    const min = blocks.getHalf(at + 2);
    const high = blocks.getInt32(at + 4, true);
    for (let i = 0; i < 16; i++) {
      const packed = blocks.getUint8(at + 8 + i);
      out[o + i] = ((packed & 15) | (((high >> i) & 1) << 4)) * d + min;
      out[o + i + 16] = ((packed >> 4) | (((high >> (i + 16)) & 1) << 4)) * d + min;
    }
  }
}

export function q8_0(blocks: Blocks, out: Float32Array): void {
  for (let at = 0, o = 0; o < out.length; at += 34, o += 32) {
    const d = blocks.getHalf(at);
    for (let i = 0; i < 32; i++) out[o + i] = blocks.getInt8(at + 2 + i) * d;
  }
}
