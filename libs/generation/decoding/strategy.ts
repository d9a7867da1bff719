// What a decoding strategy is: a correction of the model's logits before a token is drawn by them.

import type { Candidates } from './candidates.js';
import type { Asking } from './early-layers.js';

export interface Strategy {
  /**
   * @param logits of one row after bans, [vocabulary]; read, not kept.
   * @param isGreedy whether the likeliest token is taken, with nothing added to logits before: what
   * cannot change it need not be found out.
   * @param twin logits of the same answer after another prompt, where the request has one.
   */
  correct(logits: Float32Array, isGreedy: boolean, twin?: Float32Array): Asking<Corrected>;
}

export interface Corrected {
  /** [vocabulary], or those of the strategy's candidates alone. */
  readonly logits: Float32Array | Candidates;
  /** The layer that the correction comes from; absent where none had to be chosen. */
  readonly layer?: number;
  /** Whether early layers had nothing to say: one candidate, or a choice that none could change. */
  readonly isSkipped?: boolean;
}
