// GGUF's plain blocks of 32 values: one scale, and one minimum where the name ends in _1. Layouts:
// ggml's ggml-common.h; the value in byte i's low nibble is number i, that in its high nibble i +
// 16.

export function q4_0(bytes: Uint8Array, out: Float32Array, halves: Float32Array): void {
  for (let at = 0, o = 0; o < out.length; at += 18, o += 32) {
    const d = halves[bytes[at] | (bytes[at + 1] << 8)];
    for (let i = 0; i < 16; i++) {
      const packed = bytes[at + 2 + i];
      out[o + i] = ((packed & 15) - 8) * d;
      out[o + i + 16] = ((packed >> 4) - 8) * d;
    }
  }
}

export function q4_1(bytes: Uint8Array, out: Float32Array, halves: Float32Array): void {
  for (let at = 0, o = 0; o < out.length; at += 20, o += 32) {
    const d = halves[bytes[at] | (bytes[at + 1] << 8)];
    const min = halves[bytes[at + 2] | (bytes[at + 3] << 8)];
    for (let i = 0; i < 16; i++) {
      const packed = bytes[at + 4 + i];
      out[o + i] = (packed & 15) * d + min;
      out[o + i + 16] = (packed >> 4) * d + min;
    }
  }
}

/** The fifth bits of a block's 32 values lie together in four bytes. */
function fifthBits(bytes: Uint8Array, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
}

export function q5_0(bytes: Uint8Array, out: Float32Array, halves: Float32Array): void {
  for (let at = 0, o = 0; o < out.length; at += 22, o += 32) {
    const d = halves[bytes[at] | (bytes[at + 1] << 8)];
    const high = fifthBits(bytes, at + 2);
    for (let i = 0; i < 16; i++) {
      const packed = bytes[at + 6 + i];
      out[o + i] = (((packed & 15) | (((high >> i) & 1) << 4)) - 16) * d;
      out[o + i + 16] = (((packed >> 4) | (((high >> (i + 16)) & 1) << 4)) - 16) * d;
    }
  }
}

export function q5_1(bytes: Uint8Array, out: Float32Array, halves: Float32Array): void {
  for (let at = 0, o = 0; o < out.length; at += 24, o += 32) {
    const d = halves[bytes[at] | (bytes[at + 1] << 8)];
    const min = halves[bytes[at + 2] | (bytes[at + 3] << 8)];
    const high = fifthBits(bytes, at + 4);
    for (let i = 0; i < 16; i++) {
      const packed = bytes[at + 8 + i];
      out[o + i] = ((packed & 15) | (((high >> i) & 1) << 4)) * d + min;
      out[o + i + 16] = ((packed >> 4) | (((high >> (i + 16)) & 1) << 4)) * d + min;
    }
  }
}

export function q8_0(bytes: Uint8Array, out: Float32Array, halves: Float32Array): void {
  for (let at = 0, o = 0; o < out.length; at += 34, o += 32) {
    const d = halves[bytes[at] | (bytes[at + 1] << 8)];
    for (let i = 0; i < 32; i++) out[o + i] = ((bytes[at + 2 + i] << 24) >> 24) * d;
  }
}
