// What a decoding strategy is: a correction of the model's logits before a token is drawn by them.

export interface Strategy {
  /**
   * @param logits of one row after bans, [vocabulary]; read, not kept.
   * @returns corrected ones, -Infinity outside of the strategy's candidates.
   */
  correct(logits: Float32Array): Float32Array;
}
