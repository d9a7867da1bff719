import type { EncodedRow } from '#models/text/encode-row.js';
import type { TrainRow } from '#models/types.js';

/** How an error names a row: by the line of its file, or by its place among those of its side. */
export const placeOf = (row: TrainRow | EncodedRow, side: string, index: number): string =>
  'line' in row && row.line !== undefined ? `${side} line ${row.line}` : `${side} row ${index + 1}`;
