// Pictograms as layers of coverage, made once for each size.

import { objectNames, type ObjectName } from './objects.js';
import { pictograms } from './pictograms/index.js';
import type { Shape, Tone } from './shapes.js';

export interface Layer {
  readonly tone: Tone;
  /** Of each pixel, row by row: the share that is covered, 0 to 1. */
  readonly coverage: Float32Array;
}

/** Of the outline around a pictogram, on its grid. */
const OUTLINE = 4;
const GRID = 100;

export type Stamps = Readonly<Record<ObjectName, readonly Layer[]>>;

const made = new Map<number, Stamps>();

/** Of `size` by `size` pixels; kept. */
export function stampsOf(size: number): Stamps {
  const kept = made.get(size);
  if (kept) return kept;
  const entries = objectNames.map((name) => [name, layersOf(pictograms[name], size)] as const);
  const stamps = Object.fromEntries(entries) as unknown as Stamps;
  made.set(size, stamps);
  return stamps;
}

function layersOf(shapes: readonly Shape[], size: number): Layer[] {
  const outline: Shape = {
    tone: 'dark',
    distance: (x, y) => Math.min(...shapes.map(({ distance }) => distance(x, y))) - OUTLINE,
  };
  return [outline, ...shapes].map(({ tone, distance }) => ({
    tone,
    coverage: coverageOf(distance, size),
  }));
}

/** An edge is as wide as a pixel. */
function coverageOf(distance: Shape['distance'], size: number): Float32Array {
  const scale = GRID / size;
  return Float32Array.from({ length: size * size }, (_, i) => {
    const [x, y] = [(i % size) + 0.5, Math.floor(i / size) + 0.5];
    return Math.min(1, Math.max(0, 0.5 - distance(x * scale, y * scale) / scale));
  });
}
