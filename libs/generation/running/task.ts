// A request as the batch sees it: its rows, and what their logits lead to.

import type { Asking } from '../decoding/early-layers.js';
import type { LoadedAdapter } from './adapter-rows.js';
import type { Chunk } from './chunk.js';
import { type Row, tokensOf } from './row.js';

/** By the ids of rows. */
export type Logits = ReadonlyMap<number, Float32Array>;

/** Ids of rows. */
export interface RowCopy {
  readonly from: number;
  readonly to: number;
}

/** What a step comes to once all of a request's rows have been heard. */
export interface Turn {
  /** What is told; absent: nothing. */
  readonly chunk?: Chunk;
  /** Rows that go on from what others hold. */
  readonly copies?: readonly RowCopy[];
  /** Rows that do not go on. */
  readonly freed?: readonly number[];
  /** A row that leaves the batch and waits for more to be read, under another id. */
  readonly parked?: RowCopy;
  /** Whether its rows have more to read before the next step. */
  readonly readsOn?: boolean;
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
  /** Ids of rows that wait outside of the batch. Absent: none. */
  readonly parked?: readonly number[];
  /** Tokens of each row that it may have next. */
  readonly lengths: readonly number[];
  /** How many tokens of its rows are read, before it has any of its answer or after it has made room. */
  read: number;
  /** How many of them were read for others before: set when it begins. */
  cached?: number;
  /** How many are not. */
  readonly unread: number;
  /** Tokens that the answer may still have. */
  readonly ahead: number;
  /** Whether each token is waited for. */
  readonly isStreamed: boolean;
  /** @param logits of its rows, [vocabulary] each. */
  advance(logits: Logits): Part[];
}

export const unreadOf = ({ rows, read }: Pick<Task, 'rows' | 'read'>): number =>
  rows.reduce((sum, row) => sum + tokensOf(row), -read);
