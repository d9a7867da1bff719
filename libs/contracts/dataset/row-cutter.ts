// Cutting the bytes of a file, as they come, into rows.

import { DatasetError } from './dataset-error.js';
import { MAX_ROW_BYTES } from './limits.js';

export interface RawRow {
  /** 1-based; in a JSON array, the element. */
  readonly line: number;
  readonly bytes: Uint8Array;
}

/** One way in which rows lie in a file. */
export interface RowCutter {
  /** The rows that end in these bytes. @throws DatasetError for a row that is too long. */
  push(bytes: Uint8Array): Iterable<RawRow>;
  /** The row that the end of the file ends. @throws DatasetError where it may not end there. */
  end(): Iterable<RawRow>;
}

/** White space of JSON, and control characters, of which JSON has none outside of strings. */
export const isBlank = (byte: number | undefined): boolean => byte !== undefined && byte <= 0x20;

/** @throws DatasetError for a row that is too long, whether or not its end has come. */
export function bounded(line: number, bytes: Uint8Array): Uint8Array {
  if (bytes.length <= MAX_ROW_BYTES) return bytes;
  throw new DatasetError(line, '', `is longer than ${MAX_ROW_BYTES} bytes`);
}
