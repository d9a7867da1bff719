// A request as the batch sees it: its rows, and what their logits lead to.

import type { Asking } from '../decoding/early-layers.js';
import type { LoadedAdapter } from './adapter-rows.js';
import type { Chunk } from './chunk.js';
import type { Row } from './row.js';

/** By the ids of rows. */
export type Logits = ReadonlyMap<number, Float32Array>;

/** What a step comes to once all of a request's rows have been heard. */
export interface Turn {
  /** What is told; absent: nothing. */
  readonly chunk?: Chunk;
  /** Rows that go on from what others hold. */
  readonly copies?: readonly { readonly from: number; readonly to: number }[];
  /** Rows that do not go on. */
  readonly freed?: readonly number[];
}

/** The part of a step that a row has. Nothing comes of it where other rows are still to be heard. */
export interface Part {
  readonly row: number;
  readonly asking: Asking<Turn | undefined>;
}

export interface Task {
  readonly id: number;
  readonly owner: string;
  readonly prompt: readonly number[];
  readonly adapter: LoadedAdapter | undefined;
  /** Rows that it counts for. */
  readonly width: number;
  /** Rows that are read now. */
  readonly rows: readonly Row[];
  /** @param logits of its rows, [vocabulary] each. */
  advance(logits: Logits): Part[];
}
