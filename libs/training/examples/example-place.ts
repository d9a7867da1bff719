import type { EncodedExample } from '#models/text/encode-example.js';
import type { TrainExample } from '#models/types.js';

/**
 * How an error names an example: by the line of its file, or by its place among those of its side.
 */
export const placeOf = (
  example: TrainExample | EncodedExample,
  side: string,
  index: number,
): string =>
  'line' in example && example.line !== undefined
    ? `${side} line ${example.line}`
    : `${side} row ${index + 1}`;
