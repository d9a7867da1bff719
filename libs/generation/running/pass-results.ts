// What a pass of a graph leaves, by the names of its outputs.

import { required } from '#collections/required.js';
import type { ModelConfig } from '#models/types.js';

export type PassResults = ReadonlyMap<string, Float32Array>;

export const byLayer = (
  results: PassResults,
  { numHiddenLayers }: ModelConfig,
  nameOf: (layer: number) => string,
): Float32Array[] =>
  Array.from({ length: numHiddenLayers }, (_, layer) => required(results, nameOf(layer)));

/** [rows * n] -> [n] each. */
export const inRows = (data: Float32Array, rows: number): Float32Array[] =>
  Array.from({ length: rows }, (_, row) =>
    data.subarray((row * data.length) / rows, ((row + 1) * data.length) / rows),
  );
