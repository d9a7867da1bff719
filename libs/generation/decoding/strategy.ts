// What a decoding strategy is.

import type { Random } from '#runtime/random.js';

/** What a request says of how its tokens are chosen. */
export interface Sampling {
  /** 0: the likeliest token. */
  readonly temperature: number;
  /**
   * 1: off. The smallest set of likeliest tokens whose probabilities reach topP, applied after
   * topK.
   */
  readonly topP: number;
  /** 0: off. */
  readonly topK: number;
}

/**
 * Chooses the next token of one row.
 * @param logits of the row, [vocabulary]; read, not kept.
 * @param random the request's own, so that its tokens do not depend on the rows beside it.
 * @throws DamagedWeightsError where the logits are not finite.
 */
export type Strategy = (logits: Float32Array, sampling: Sampling, random: Random) => number;
