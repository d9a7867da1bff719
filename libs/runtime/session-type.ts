// An open graph as its session sees it: what onnxruntime's two doors have in common.

import type { Device } from './compute.js';
import type { Feed, Feeds } from './feed.js';

export interface SessionOptions {
  readonly device: Device;
  readonly threads: number;
  /** Constants that the graph says lie outside of it, by location. */
  readonly constants: ReadonlyMap<string, Feed>;
  /** Of the constants that lie in a file. */
  readonly folder?: string | undefined;
}

export interface Session {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  /** Feeds of all runs, read in place: what is written there is seen by the next. */
  hold(feeds: Feeds): void;
  /**
   * @param feeds all inputs that are not held
   * @param into where outputs are to be written; others get memory of their own
   */
  run(feeds: Feeds, into: Feeds): Promise<Map<string, Float32Array>>;
  close(): Promise<void>;
}
