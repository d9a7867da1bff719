// The header of a safetensors file, parsed and checked against the size of the file.
// Format: https://github.com/huggingface/safetensors#format

import { CheckpointError } from '../errors/checkpoint.error.js';
import { foreignKind } from './file-kind.js';

/** Bytes of a number, by the types that are read and written. */
export const FLOAT_BYTES = { F32: 4, F16: 2, BF16: 2 } as const;
export type FloatDtype = keyof typeof FLOAT_BYTES;

const DTYPE_BYTES: ReadonlyMap<string, number> = new Map(
  Object.entries({
    ...FLOAT_BYTES,
    F64: 8,
    I64: 8,
    I32: 4,
    I16: 2,
    I8: 1,
    U8: 1,
    BOOL: 1,
  }),
);

/** Where a tensor lies: bytes [start, end) of the file, header included. */
export interface TensorEntry {
  readonly dtype: string;
  readonly dims: readonly number[];
  readonly start: number;
  readonly end: number;
}

/** Limit of the reference implementation; a larger number means that these are not safetensors. */
const MAX_HEADER_BYTES = 100_000_000;

/** The header's length in bytes, from the file's first eight. */
export function headerLength(path: string, prefix: Uint8Array, fileBytes: number): number {
  const length = Number(new DataView(prefix.buffer, prefix.byteOffset, 8).getBigUint64(0, true));
  if (length < 2 || length > MAX_HEADER_BYTES) {
    const kind = foreignKind(prefix);
    throw new CheckpointError(
      kind
        ? `${path} is ${kind}, expected safetensors`
        : `${path} is not a safetensors file: its header claims ${length} bytes`,
    );
  }
  if (8 + length > fileBytes) {
    throw new CheckpointError(
      `${path} is truncated: expected a header of ${length} bytes, the file has ${fileBytes}`,
    );
  }
  return length;
}

/** @param json the header's text; @param dataStart offset of the first tensor byte in the file. */
export function parseHeader(
  path: string,
  json: string,
  dataStart: number,
  fileBytes: number,
): Map<string, TensorEntry> {
  let header: unknown;
  try {
    header = JSON.parse(json);
  } catch {
    throw new CheckpointError(`${path} is corrupt: its header is not JSON`);
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    throw new CheckpointError(`${path} is corrupt: its header is not an object`);
  }
  const entries = new Map<string, TensorEntry>();
  for (const [name, value] of Object.entries(header)) {
    if (name !== '__metadata__')
      entries.set(name, parseEntry(path, name, value, dataStart, fileBytes));
  }
  checkOrder(path, entries, dataStart);
  return entries;
}

/**
 * The format leaves no gap between tensors and no byte to two of them: other offsets are someone's
 * mistake, or a trap.
 */
function checkOrder(
  path: string,
  entries: ReadonlyMap<string, TensorEntry>,
  dataStart: number,
): void {
  let at = dataStart;
  for (const [name, { start, end }] of [...entries].toSorted(
    ([, a], [, b]) => a.start - b.start || a.end - b.end,
  )) {
    if (start !== at) {
      throw new CheckpointError(
        `${path} is corrupt: tensor ${name} was expected to begin at byte ${at - dataStart} of the data, its offsets give ${start - dataStart}`,
      );
    }
    at = end;
  }
}

function parseEntry(
  path: string,
  name: string,
  value: unknown,
  dataStart: number,
  fileBytes: number,
): TensorEntry {
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Record<string, unknown>;
  if (typeof dtype !== 'string' || !isCounts(shape) || !isSpan(offsets)) {
    throw new CheckpointError(
      `${path} is corrupt: tensor ${name} lacks a dtype, shape or data_offsets`,
    );
  }
  const [begin, end] = offsets;
  const entry = { dtype, dims: shape, start: dataStart + begin, end: dataStart + end };
  if (entry.end < entry.start)
    throw new CheckpointError(
      `${path} is corrupt: tensor ${name} ends before it begins, at ${end} and ${begin}`,
    );
  if (entry.end > fileBytes) {
    throw new CheckpointError(
      `${path} is truncated: tensor ${name} was expected to end at byte ${entry.end}, the file has ${fileBytes}`,
    );
  }
  const width = DTYPE_BYTES.get(dtype);
  const expected = shape.reduce((a, b) => a * b, 1) * (width ?? 0);
  if (width !== undefined && entry.end - entry.start !== expected) {
    throw new CheckpointError(
      `${path} is corrupt: tensor ${name} (${dtype} [${shape.join(', ')}]) was expected to take ${expected} bytes, ` +
        `its offsets give ${entry.end - entry.start}`,
    );
  }
  return entry;
}

function isSpan(value: unknown): value is [begin: number, end: number] {
  return isCounts(value) && value.length === 2;
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);
}
