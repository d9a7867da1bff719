// The head of a GGUF file: metadata and the list of tensors.
// Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md

import { stat } from 'node:fs/promises';
import { CheckpointError } from '../../errors/checkpoint.error.js';
import { told } from '../../errors/told.js';
import { foreignKind } from '../../tensors/file-kind.js';
import { type FileSpan, readRange } from '../../tensors/file-range.js';
import type { GgufValue } from '../../text/vocabulary.js';
import { tensorBytes } from './types.js';

/** Sizes are in Hugging Face's order (GGUF's reversed); the bytes are [start, end) of the file. */
export interface GgufTensor extends FileSpan {
  readonly dims: readonly number[];
  readonly type: number;
}

export interface GgufHeader {
  readonly metadata: ReadonlyMap<string, GgufValue>;
  readonly tensors: ReadonlyMap<string, GgufTensor>;
}

/**
 * The head's length is known only once it is parsed: it is read in a window that doubles until it
 * fits.
 */
const FIRST_WINDOW = 1 << 22;

/** Many times what the largest vocabularies take: more is no header, and is not read. */
const MAX_HEADER_BYTES = 2 ** 27;
const MAX_VALUES = 2 ** 22;
/** ggml's GGML_MAX_DIMS. */
const MAX_DIMS = 4;

class WindowTooSmall extends Error {}

export async function readGgufHeader(path: string): Promise<GgufHeader> {
  const { size } = await stat(path);
  for (let window = FIRST_WINDOW; ; window *= 2) {
    const bytes = await readRange(path, 0, Math.min(window, size));
    try {
      return parseHead(path, bytes, size);
    } catch (error) {
      if (!(error instanceof WindowTooSmall)) throw error;
      if (window >= size)
        throw new CheckpointError(
          `${path} is truncated: expected more than its ${size} bytes of header`,
        );
      if (window >= MAX_HEADER_BYTES)
        throw new CheckpointError(
          `${path} is corrupt: expected a header of at most ${MAX_HEADER_BYTES} bytes`,
        );
    }
  }
}

function parseHead(path: string, bytes: Uint8Array, fileBytes: number): GgufHeader {
  const cursor = new Cursor(path, bytes);
  const kind = foreignKind(bytes);
  const magic = cursor.u32();
  if (magic !== 0x46554747)
    throw new CheckpointError(
      `${path} is ${kind ?? 'not a GGUF file: it does not begin with "GGUF"'}`,
    );
  const version = cursor.u32();
  if (version === 0x02000000 || version === 0x03000000)
    throw new CheckpointError(`${path} is a big-endian GGUF file, expected a little-endian one`);
  if (version !== 2 && version !== 3)
    throw new CheckpointError(`${path}: GGUF version ${version}, expected 2 or 3`);
  const tensorCount = cursor.u64();
  const metadataCount = cursor.u64();
  const metadata = new Map<string, GgufValue>();
  for (let i = 0; i < metadataCount; i++) {
    const key = cursor.string();
    if (metadata.has(key))
      throw new CheckpointError(`${path} is corrupt: metadata ${key} is twice`);
    metadata.set(key, cursor.value(key, cursor.u32()));
  }
  const infos = Array.from({ length: checkCount(path, tensorCount) }, () =>
    tensorInfo(path, cursor),
  );
  const alignment = alignmentOf(path, metadata);
  const dataStart = Math.ceil(cursor.offset / alignment) * alignment;
  const tensors = new Map<string, GgufTensor>();
  for (const { name, dims, type, offset } of infos) {
    const start = dataStart + offset;
    const end = start + tensorBytes(path, name, type, dims);
    if (end > fileBytes) {
      throw new CheckpointError(
        `${path} is truncated: tensor ${name} was expected to end at byte ${end}, the file has ${fileBytes}`,
      );
    }
    if (tensors.has(name)) throw new CheckpointError(`${path} is corrupt: tensor ${name} is twice`);
    tensors.set(name, { dims, type, file: path, start, end });
  }
  return { metadata, tensors };
}

function checkCount(path: string, count: number): number {
  if (count > 1_000_000)
    throw new CheckpointError(`${path} is corrupt: its header claims ${count} tensors`);
  return count;
}

function alignmentOf(path: string, metadata: ReadonlyMap<string, GgufValue>): number {
  const alignment = metadata.get('general.alignment') ?? 32;
  if (typeof alignment === 'number' && alignment > 0 && Number.isInteger(Math.log2(alignment)))
    return alignment;
  throw new CheckpointError(
    `${path}: metadata general.alignment: expected a power of two, found ${told(alignment)}`,
  );
}

function tensorInfo(
  path: string,
  cursor: Cursor,
): {
  name: string;
  dims: number[];
  type: number;
  offset: number;
} {
  const name = cursor.string();
  const rank = cursor.u32();
  if (rank > MAX_DIMS)
    throw new CheckpointError(
      `${path} is corrupt: tensor ${name} has ${rank} dimensions, expected at most ${MAX_DIMS}`,
    );
  const dims: number[] = [];
  for (let i = 0; i < rank; i++) dims.unshift(cursor.u64());
  return { name, dims, type: cursor.u32(), offset: cursor.u64() };
}

/** Reads little-endian values one after the other. */
class Cursor {
  offset = 0;
  private readonly view: DataView;
  private readonly text = new TextDecoder();
  private values = 0;

  constructor(
    private readonly path: string,
    private readonly bytes: Uint8Array,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  private take(length: number): number {
    const at = this.offset;
    if (!(at + length <= this.bytes.length)) throw new WindowTooSmall();
    this.offset += length;
    return at;
  }

  u32(): number {
    return this.view.getUint32(this.take(4), true);
  }

  u64(): number {
    return Number(this.view.getBigUint64(this.take(8), true));
  }

  string(): string {
    const length = this.u64();
    const at = this.take(length);
    return this.text.decode(this.bytes.subarray(at, at + length));
  }

  value(key: string, type: number): GgufValue {
    if (++this.values > MAX_VALUES) this.refuseLength(key);
    switch (type) {
      case 0:
        return this.view.getUint8(this.take(1));
      case 1:
        return this.view.getInt8(this.take(1));
      case 2:
        return this.view.getUint16(this.take(2), true);
      case 3:
        return this.view.getInt16(this.take(2), true);
      case 4:
        return this.u32();
      case 5:
        return this.view.getInt32(this.take(4), true);
      case 6:
        return this.view.getFloat32(this.take(4), true);
      case 7:
        return this.view.getUint8(this.take(1)) !== 0;
      case 8:
        return this.string();
      case 9:
        return this.array(key);
      case 10:
        return this.u64();
      case 11:
        return Number(this.view.getBigInt64(this.take(8), true));
      case 12:
        return this.view.getFloat64(this.take(8), true);
      default:
        throw new CheckpointError(
          `${this.path} is corrupt: metadata ${key} has the unknown type ${type}`,
        );
    }
  }

  private refuseLength(key: string): never {
    throw new CheckpointError(
      `${this.path} is corrupt: metadata ${key}: expected at most ${MAX_VALUES} values in all`,
    );
  }

  private array(key: string): GgufValue[] {
    const type = this.u32();
    const length = this.u64();
    if (type === 9)
      throw new CheckpointError(
        `${this.path} is corrupt: metadata ${key}: expected a list of plain values, found one of lists`,
      );
    if (length > MAX_VALUES) this.refuseLength(key);
    const values: GgufValue[] = [];
    for (let i = 0; i < length; i++) values.push(this.value(key, type));
    return values;
  }
}
