// What the thread that compares answers about pictures is asked.

import type { SeeingName } from '#contracts/tasks.js';
import type { SeeingRow } from '#metrics/hallucination/benchmarks.js';
import type { Measured } from '#metrics/hallucination/paired.js';
import type { Call } from '#thread/protocol.js';

export interface Compared {
  readonly task: SeeingName;
  readonly rows: readonly SeeingRow[];
  /** Of the same pictures. */
  readonly baseline: readonly SeeingRow[];
}

export interface Comparison {
  readonly figures: Readonly<Record<string, Measured>>;
  readonly warnings: readonly string[];
}

export interface ComparisonProtocol {
  readonly start: undefined;
  readonly calls: { readonly compare: Call<Compared, Comparison> };
}
