// How a benchmark's own code asks a question: as a text, without a chat template.

import type { Example } from '#contracts/examples.js';

export interface Benchmark {
  /** @param shots rows of another file, which are shown with their answers. */
  prompt(example: Example, shots: readonly Example[]): string;
  /** Texts at which an answer is cut. */
  readonly stop: readonly string[];
  /** Whether of the gold answer as many tokens count as the model may write. */
  readonly cutsGold: boolean;
}
