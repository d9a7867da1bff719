// The storage types of GGUF tensors that can be read: block sizes, and the way back to float32.
// Layouts and arithmetic: ggml's ggml-common.h and ggml-quants.c, dequantize_row_*.
import { CheckpointError } from './errors/checkpoint.error.js';
import { bfloatsToFloats, halfTable, halvesToFloats } from './float16.js';

/** Reads `out.length` numbers from the blocks. Sums round once to float32, as in ggml. */
type Dequantize = (bytes: Uint8Array, out: Float32Array, half: HalfAt) => void;
type HalfAt = (offset: number) => number;

interface StorageType {
  readonly name: string;
  readonly blockValues: number;
  readonly blockBytes: number;
  readonly dequantize: Dequantize;
}

export const GGUF_TYPES: Readonly<Record<number, StorageType>> = {
  0: { name: 'F32', blockValues: 1, blockBytes: 4, dequantize: (bytes, out) => out.set(new Float32Array(aligned(bytes))) },
  1: { name: 'F16', blockValues: 1, blockBytes: 2, dequantize: (bytes, out) => out.set(halvesToFloats(new Uint16Array(aligned(bytes)))) },
  2: { name: 'Q4_0', blockValues: 32, blockBytes: 18, dequantize: q4_0 },
  3: { name: 'Q4_1', blockValues: 32, blockBytes: 20, dequantize: q4_1 },
  6: { name: 'Q5_0', blockValues: 32, blockBytes: 22, dequantize: q5_0 },
  7: { name: 'Q5_1', blockValues: 32, blockBytes: 24, dequantize: q5_1 },
  8: { name: 'Q8_0', blockValues: 32, blockBytes: 34, dequantize: q8_0 },
  12: { name: 'Q4_K', blockValues: 256, blockBytes: 144, dequantize: q4K },
  13: { name: 'Q5_K', blockValues: 256, blockBytes: 176, dequantize: q5K },
  14: { name: 'Q6_K', blockValues: 256, blockBytes: 210, dequantize: q6K },
  30: { name: 'BF16', blockValues: 1, blockBytes: 2, dequantize: (bytes, out) => out.set(bfloatsToFloats(new Uint16Array(aligned(bytes)))) },
};

function aligned(bytes: Uint8Array): ArrayBuffer {
  return (bytes.byteOffset === 0 ? bytes : bytes.slice()).buffer as ArrayBuffer;
}

function storageType(path: string, name: string, type: number): StorageType {
  const storage = GGUF_TYPES[type];
  if (storage) return storage;
  const known = Object.values(GGUF_TYPES).map(({ name: typeName }) => typeName);
  throw new CheckpointError(`${path}: tensor ${name} is stored as GGUF type ${type}, expected one of ${known.join(', ')}`);
}

/** Bytes a tensor takes. A row never shares a block with the next. */
export function tensorBytes(path: string, name: string, type: number, dims: readonly number[]): number {
  const { name: typeName, blockValues, blockBytes } = storageType(path, name, type);
  const row = dims.at(-1) ?? 1;
  if (row % blockValues !== 0) {
    throw new CheckpointError(`${path} is corrupt: tensor ${name} has rows of ${row}, ${typeName} needs a multiple of ${blockValues}`);
  }
  return (dims.reduce((a, b) => a * b, 1) / blockValues) * blockBytes;
}

/** @param bytes the tensor's blocks, whole. */
export function dequantize(type: number, bytes: Uint8Array): Float32Array {
  const { blockValues, blockBytes, dequantize: run } = GGUF_TYPES[type];
  const out = new Float32Array((bytes.length / blockBytes) * blockValues);
  const halves = halfTable();
  run(bytes, out, (offset) => halves[bytes[offset] | (bytes[offset + 1] << 8)]);
  return out;
}

function q4_0(bytes: Uint8Array, out: Float32Array, half: HalfAt): void {
  for (let at = 0, o = 0; o < out.length; at += 18, o += 32) {
    const d = half(at);
    for (let i = 0; i < 16; i++) {
      const packed = bytes[at + 2 + i];
      out[o + i] = ((packed & 15) - 8) * d;
      out[o + i + 16] = ((packed >> 4) - 8) * d;
    }
  }
}

function q4_1(bytes: Uint8Array, out: Float32Array, half: HalfAt): void {
  for (let at = 0, o = 0; o < out.length; at += 20, o += 32) {
    const d = half(at);
    const min = half(at + 2);
    for (let i = 0; i < 16; i++) {
      const packed = bytes[at + 4 + i];
      out[o + i] = (packed & 15) * d + min;
      out[o + i + 16] = (packed >> 4) * d + min;
    }
  }
}

/** The fifth bits of a block's 32 values lie together in four bytes. */
function fifthBit(bytes: Uint8Array, at: number, i: number): number {
  return ((bytes[at + (i >> 3)] >> (i & 7)) & 1) << 4;
}

function q5_0(bytes: Uint8Array, out: Float32Array, half: HalfAt): void {
  for (let at = 0, o = 0; o < out.length; at += 22, o += 32) {
    const d = half(at);
    for (let i = 0; i < 16; i++) {
      const packed = bytes[at + 6 + i];
      out[o + i] = ((packed & 15 | fifthBit(bytes, at + 2, i)) - 16) * d;
      out[o + i + 16] = ((packed >> 4 | fifthBit(bytes, at + 2, i + 16)) - 16) * d;
    }
  }
}

function q5_1(bytes: Uint8Array, out: Float32Array, half: HalfAt): void {
  for (let at = 0, o = 0; o < out.length; at += 24, o += 32) {
    const d = half(at);
    const min = half(at + 2);
    for (let i = 0; i < 16; i++) {
      const packed = bytes[at + 8 + i];
      out[o + i] = (packed & 15 | fifthBit(bytes, at + 4, i)) * d + min;
      out[o + i + 16] = (packed >> 4 | fifthBit(bytes, at + 4, i + 16)) * d + min;
    }
  }
}

function q8_0(bytes: Uint8Array, out: Float32Array, half: HalfAt): void {
  for (let at = 0, o = 0; o < out.length; at += 34, o += 32) {
    const d = half(at);
    for (let i = 0; i < 32; i++) out[o + i] = signed(bytes[at + 2 + i]) * d;
  }
}

function signed(byte: number): number {
  return (byte << 24) >> 24;
}

/** Six-bit scale of sub-block j of a Q4_K or Q5_K block; its minimum lies four bytes further. */
function scaleOf(bytes: Uint8Array, at: number, j: number): number {
  return j < 4 ? bytes[at + j] & 63 : (bytes[at + j + 4] & 15) | ((bytes[at + j - 4] >> 6) << 4);
}

function minOf(bytes: Uint8Array, at: number, j: number): number {
  return j < 4 ? bytes[at + j + 4] & 63 : (bytes[at + j + 4] >> 4) | ((bytes[at + j] >> 6) << 4);
}

function q4K(bytes: Uint8Array, out: Float32Array, half: HalfAt): void {
  for (let at = 0, o = 0; o < out.length; at += 144, o += 256) {
    for (let j = 0; j < 8; j++) {
      const d = half(at) * scaleOf(bytes, at + 4, j);
      const min = half(at + 2) * minOf(bytes, at + 4, j);
      const quants = at + 16 + (j >> 1) * 32;
      const shift = (j & 1) * 4;
      for (let i = 0; i < 32; i++) out[o + j * 32 + i] = d * ((bytes[quants + i] >> shift) & 15) - min;
    }
  }
}

function q5K(bytes: Uint8Array, out: Float32Array, half: HalfAt): void {
  for (let at = 0, o = 0; o < out.length; at += 176, o += 256) {
    for (let j = 0; j < 8; j++) {
      const d = half(at) * scaleOf(bytes, at + 4, j);
      const min = half(at + 2) * minOf(bytes, at + 4, j);
      const quants = at + 48 + (j >> 1) * 32;
      const shift = (j & 1) * 4;
      for (let i = 0; i < 32; i++) {
        const high = ((bytes[at + 16 + i] >> j) & 1) << 4;
        out[o + j * 32 + i] = d * (((bytes[quants + i] >> shift) & 15) | high) - min;
      }
    }
  }
}

function q6K(bytes: Uint8Array, out: Float32Array, half: HalfAt): void {
  for (let at = 0, o = 0; o < out.length; at += 210, o += 256) {
    const d = half(at + 208);
    for (let i = 0; i < 256; i++) {
      // Halves of 128: low nibbles in 64 bytes, high pairs of bits in 32.
      const [part, rest] = [i >> 7, i & 127];
      const low = (bytes[at + part * 64 + (rest & 63)] >> (rest < 64 ? 0 : 4)) & 15;
      const high = (bytes[at + 128 + part * 32 + (rest & 31)] >> ((rest >> 5) * 2)) & 3;
      out[o + i] = d * signed(bytes[at + 192 + (i >> 4)]) * ((low | (high << 4)) - 32);
    }
  }
}
