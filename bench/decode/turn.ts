/** What a side is asked to do while the other waits. */
export interface Turn {
  /** Rows that are decoded together, with so many tokens before. */
  readonly rows: number;
  readonly past: number;
  readonly steps: number;
  /** Each step is the reading of so many tokens in its place. */
  readonly prompt?: number;
  /** How many adapters the rows have between them, where they have any. Default: each its own. */
  readonly adapters?: number;
}

/** Milliseconds of each step. */
export type Contestant = (turn: Turn) => Promise<number[]>;
