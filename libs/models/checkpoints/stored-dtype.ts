// The type of number that a checkpoint's matrices are stored in.

import type { FloatDtype } from '../tensors/safetensors-header.js';

/** F16 and BF16 lose nothing of each other only in F32. */
const WIDEST_FIRST = ['F32', 'BF16', 'F16'] as const;

/** What holds every matrix; undefined where none is stored as plain numbers. */
export function storedDtype(types: Iterable<string | undefined>): FloatDtype | undefined {
  const found = new Set(types);
  if (found.has('BF16') && found.has('F16')) return 'F32';
  return WIDEST_FIRST.find((dtype) => found.has(dtype));
}
