// Data sets: files of rows in any of the layouts, read into examples.

import type { Example } from '../examples.js';
import { FileReader } from './file-reader.js';
import { type OpenImage, withoutImages, withOpened } from './open-images.js';
import { parseRow } from './parse-row.js';
import type { RawRow } from './row-cutter.js';

export { DatasetError } from './dataset-error.js';

/** An example and where in its file it stands; a row with several answers gives several. */
export interface NumberedExample {
  /** 1-based; in a file that is one JSON array, the element. */
  readonly line: number;
  readonly example: Example;
}

/**
 * Reads a data set as it comes: JSON lines, or one JSON array of rows. At most one row and one
 * chunk are held at a time.
 * @param open for rows that show images.
 * @throws DatasetError at the first row that does not fit; what `open` throws
 */
export async function* parseExamples(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  open: OpenImage = async () => 'is an image: expected text alone',
): AsyncGenerator<NumberedExample> {
  const reader = new FileReader();
  for await (const chunk of chunks) yield* opened(reader.push(chunk), open);
  yield* opened(reader.end(), open);
}

async function* opened(
  rows: Iterable<RawRow>,
  open: OpenImage,
): AsyncGenerator<NumberedExample, void, void> {
  for (const row of rows)
    for (const example of parseRow(row))
      yield { line: row.line, example: await withOpened(row.line, example, open) };
}

/** A whole data set, of texts alone. @throws DatasetError at the first row that does not fit. */
export function parseDataset(content: string): NumberedExample[] {
  const reader = new FileReader();
  return [...numbered(reader.push(Buffer.from(content))), ...numbered(reader.end())];
}

function* numbered(rows: Iterable<RawRow>): Generator<NumberedExample> {
  for (const row of rows)
    for (const example of parseRow(row))
      yield { line: row.line, example: withoutImages(row.line, example) };
}
