// What a strategy has done in a request.

import { first } from '#collections/items.js';
import { Candidates } from './candidates.js';
import { greedy } from './greedy.js';
import type { Corrected } from './strategy.js';

export interface DecodingUsage {
  readonly steps: number;
  /** Steps in which early layers were not needed, or could not have changed the choice. */
  readonly skipped: number;
  /** Steps in which another token became the likeliest. */
  readonly changed: number;
  /** How often each layer was the one that the correction came from. */
  readonly layers: ReadonlyMap<number, number>;
}

export class Tally implements DecodingUsage {
  steps = 0;
  skipped = 0;
  changed = 0;
  readonly layers = new Map<number, number>();

  /** @param logits before the correction. */
  add(logits: Float32Array, { logits: corrected, layer, isSkipped }: Corrected): void {
    this.steps++;
    if (isSkipped) this.skipped++;
    const isChanged =
      corrected instanceof Candidates
        ? first(corrected.ids) !== corrected.likeliest
        : greedy(logits) !== greedy(corrected);
    if (isChanged) this.changed++;
    if (layer !== undefined) this.layers.set(layer, (this.layers.get(layer) ?? 0) + 1);
  }
}
