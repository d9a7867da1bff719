// What keeps tokens from coming next.

export interface Ban {
  /**
   * Sets the logits of tokens that must not come next to -Infinity.
   * @param logits of one row, [vocabulary].
   * @param answer the tokens so far.
   */
  forbid(logits: Float32Array, answer: readonly number[]): void;
}
