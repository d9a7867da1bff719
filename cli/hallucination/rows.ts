// The rows of a user's file, JSON lines or one JSON array; what is wrong names file, line and field.

import { createReadStream } from 'node:fs';
import { DatasetError } from '#contracts/dataset/dataset-error.js';
import { FileReader } from '#contracts/dataset/file-reader.js';
import { rowOfBytes } from '#contracts/dataset/parse-row.js';
import type { RawRow } from '#contracts/dataset/row-cutter.js';
import type { Row } from '#contracts/dataset/row.js';
import { CommandError } from '../command-error.js';
import { exitCodes } from '../exit-codes.js';

/**
 * @param read makes of a row what is wanted of it; it may throw a DatasetError.
 * @throws CommandError for a file without rows, too.
 */
export async function rowsOf<T>(file: string, read: (row: Row) => T): Promise<T[]> {
  const reader = new FileReader();
  const all: T[] = [];
  const keep = (rows: Iterable<RawRow>): void => {
    for (const raw of rows) all.push(read(rowOfBytes(raw)));
  };
  try {
    for await (const chunk of createReadStream(file)) keep(reader.push(chunk as Buffer));
    keep(reader.end());
  } catch (error) {
    throw error instanceof DatasetError ? wrong(`${file}: ${error.message}`) : error;
  }
  if (all.length === 0) throw wrong(`${file} has no rows: expected JSON lines`);
  return all;
}

/** Of bad input. */
export const wrong = (message: string): CommandError => new CommandError(message, exitCodes.usage);
