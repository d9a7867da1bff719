// Reads and writes safetensors files; numbers come out as float32 whatever the file stores.

import { open, stat } from 'node:fs/promises';
import type { Rows } from '#onnx/graph.js';
import { CheckpointError } from '../errors/checkpoint.error.js';
import type { TensorData } from '../types.js';
import { readRange } from './file-range.js';
import { bfloatsToFloats, floatToBfloat, floatToHalf, halvesToFloats } from './float16.js';
import { bfloatsAsHalves, type HalfTensor } from './half-tensor.js';
import {
  FLOAT_BYTES,
  type FloatDtype,
  headerLength,
  parseHeader,
  type TensorEntry,
} from './safetensors-header.js';

/** Lists the tensors of a file on disk, without reading any. */
export async function readSafetensorsHeader(path: string): Promise<Map<string, TensorEntry>> {
  const { size } = await stat(path);
  if (size < 8)
    throw new CheckpointError(
      `${path} is truncated: expected a safetensors header, the file has ${size} bytes`,
    );
  const length = headerLength(path, await readRange(path, 0, 8), size);
  const json = new TextDecoder().decode(await readRange(path, 8, length));
  return parseHeader(path, json, 8 + length, size);
}

/** One tensor's numbers from a file on disk. */
export async function readSafetensor(
  path: string,
  name: string,
  entry: TensorEntry,
): Promise<Float32Array> {
  return toFloats(
    path,
    name,
    entry.dtype,
    await readRange(path, entry.start, entry.end - entry.start),
  );
}

/** As `readSafetensor`, of rows along the first dimension. */
export function readSafetensorRows(
  path: string,
  name: string,
  entry: TensorEntry,
  { from, to }: Rows,
): Promise<Float32Array> {
  const [rows, ...row] = entry.dims;
  const bytes = (entry.end - entry.start) / (rows ?? 1);
  const [start, end] = [entry.start + from * bytes, entry.start + to * bytes];
  return readSafetensor(path, name, { ...entry, dims: [to - from, ...row], start, end });
}

/** One tensor in 16 bits; nothing where it is not stored so, or does not fit. */
export async function readSafetensorHalf(
  path: string,
  entry: TensorEntry,
): Promise<HalfTensor | undefined> {
  if (entry.dtype !== 'F16' && entry.dtype !== 'BF16') return undefined;
  const bits = new Uint16Array(
    (await readRange(path, entry.start, entry.end - entry.start)).buffer,
  );
  return entry.dtype === 'F16'
    ? { dims: entry.dims, data: bits, scale: 1 }
    : bfloatsAsHalves(entry.dims, bits);
}

/**
 * All tensors of a small file that is in memory, such as an adapter.
 * @param source named in errors.
 */
export function parseSafetensors(bytes: Uint8Array, source: string): Map<string, TensorData> {
  const tensors = new Map<string, TensorData>();
  for (const [name, entry] of listSafetensors(bytes, source)) {
    // Copied, as typed arrays need aligned offsets; not by slice(), which is a view where the bytes
    // are a Buffer.
    const own = new Uint8Array(bytes.subarray(entry.start, entry.end));
    tensors.set(name, { dims: entry.dims, data: toFloats(source, name, entry.dtype, own) });
  }
  return tensors;
}

/** Lists the tensors of such a file, without reading any. */
export function listSafetensors(bytes: Uint8Array, source: string): Map<string, TensorEntry> {
  if (bytes.length < 8)
    throw new CheckpointError(
      `${source} is truncated: expected a safetensors header, found ${bytes.length} bytes`,
    );
  const length = headerLength(source, bytes, bytes.length);
  const json = new TextDecoder().decode(bytes.subarray(8, 8 + length));
  return parseHeader(source, json, 8 + length, bytes.length);
}

function toFloats(
  path: string,
  name: string,
  dtype: string,
  bytes: Uint8Array<ArrayBuffer>,
): Float32Array {
  const buffer = bytes.byteOffset === 0 ? bytes.buffer : new Uint8Array(bytes).buffer;
  switch (dtype) {
    case 'F32':
      return new Float32Array(buffer, 0, bytes.length / 4);
    case 'F16':
      return halvesToFloats(new Uint16Array(buffer, 0, bytes.length / 2));
    case 'BF16':
      return bfloatsToFloats(new Uint16Array(buffer, 0, bytes.length / 2));
    default:
      throw new CheckpointError(
        `${path}: tensor ${name} is stored as ${dtype}, expected F32, F16 or BF16`,
      );
  }
}

/**
 * One safetensors file, tensors in the order of their names: equal tensors give equal bytes.
 * @param metadata goes to `__metadata__`, as `{format: 'pt'}` that Hugging Face's loaders ask for.
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, TensorData>,
  dtype: FloatDtype = 'F32',
  metadata: Readonly<Record<string, string>> = FORMAT,
): Uint8Array {
  const sorted = [...tensors].map(([name, tensor]) => ({ name, ...tensor })).toSorted(byName);
  const { header, bytes: size } = writeHeader(sorted, dtype, metadata);
  const bytes = new Uint8Array(size);
  bytes.set(header);
  let at = header.length;
  for (const { name, data } of sorted) at += storeFloats(name, bytes, at, data, dtype);
  return bytes;
}

/**
 * As `writeSafetensors`, to a file, with one tensor in memory at a time.
 * @param read gives a tensor's numbers
 */
export async function writeSafetensorsFile(
  path: string,
  tensors: readonly TensorShape[],
  dtype: FloatDtype,
  read: (name: string) => Promise<Float32Array>,
): Promise<void> {
  const sorted = tensors.toSorted(byName);
  const file = await open(path, 'wx');
  try {
    await file.writeFile(writeHeader(sorted, dtype, FORMAT).header);
    for (const { name } of sorted) {
      const data = await read(name);
      const bytes = new Uint8Array(data.length * FLOAT_BYTES[dtype]);
      storeFloats(name, bytes, 0, data, dtype);
      await file.writeFile(bytes);
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The exponent of numbers that are none, in 16 bits. */
const INFINITE = { F16: 0x7c00, BF16: 0x7f80 } as const;

const FORMAT = { format: 'pt' };

export interface TensorShape {
  readonly name: string;
  readonly dims: readonly number[];
}

/** The order in which files have them. */
export const byName = (a: TensorShape, b: TensorShape): number => (a.name < b.name ? -1 : 1);

/** @returns the file's first bytes, and the size of the whole file. */
function writeHeader(
  tensors: readonly TensorShape[],
  dtype: FloatDtype,
  metadata: Readonly<Record<string, string>>,
) {
  const entries: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const { name, dims } of tensors) {
    const end = offset + dims.reduce((product, size) => product * size, 1) * FLOAT_BYTES[dtype];
    entries[name] = { dtype, shape: dims, data_offsets: [offset, end] };
    offset = end;
  }
  const json = new TextEncoder().encode(JSON.stringify(entries));
  const padded = Math.ceil(json.length / 8) * 8; // the format wants the data aligned, padded by spaces
  const header = new Uint8Array(8 + padded).fill(0x20, 8);
  new DataView(header.buffer).setBigUint64(0, BigInt(padded), true);
  header.set(json, 8);
  return { header, bytes: header.length + offset };
}

/** @throws CheckpointError for a number that would become infinite. */
function storeFloats(
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
  at: number,
  data: Float32Array,
  dtype: FloatDtype,
): number {
  if (dtype === 'F32') {
    new Float32Array(bytes.buffer, at, data.length).set(data);
    return data.length * 4;
  }
  const out = new Uint16Array(bytes.buffer, at, data.length);
  const round = dtype === 'F16' ? floatToHalf : floatToBfloat;
  const infinite = INFINITE[dtype];
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    const stored = round(value);
    if ((stored & infinite) === infinite && Number.isFinite(value))
      throw new CheckpointError(
        `tensor ${name} holds ${value}, which is too large for ${dtype}, expected a wider type such as F32`,
      );
    out[i] = stored;
  }
  return data.length * 2;
}
