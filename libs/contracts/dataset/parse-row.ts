import { DatasetError } from './dataset-error.js';
import { examplesOfRow, type ReadExample } from './examples-of-row.js';
import type { RawRow } from './row-cutter.js';
import { Row } from './row.js';

const decoder = new TextDecoder('utf-8', { fatal: true });

/** @throws DatasetError for bytes that are no row, or a row that cannot be kept whole. */
export const parseRow = (raw: RawRow): ReadExample[] => examplesOfRow(rowOfBytes(raw));

/** @throws DatasetError for bytes that are no JSON object. */
export function rowOfBytes({ line, bytes }: RawRow): Row {
  const value = parseJson(line, decode(line, bytes));
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new DatasetError(line, '', 'must be a JSON object');
  return new Row(line, value as Record<string, unknown>);
}

function decode(line: number, bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new DatasetError(line, '', 'is not valid UTF-8');
  }
}

function parseJson(line: number, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DatasetError(line, '', `is not valid JSON (${(error as Error).message})`);
  }
}
