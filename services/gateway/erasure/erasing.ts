// How each kind of thing is erased: the work on it, its keys, its bytes, and last its record.

import type { ErasureKind } from '../database/schema.js';
import type { Erasure } from './erasure.js';

/** May be done again from any point. What it throws is tried again later. */
export interface Erasing {
  erase(erasure: Erasure): Promise<void>;
}

export type Erasings = Readonly<Record<ErasureKind, Erasing>>;
export const ERASINGS = Symbol('erasings');
