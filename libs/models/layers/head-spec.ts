// What comes after the last norm: the head that a family has.

/** logits = cap(scale * (h W^T) + b) */
export interface HeadSpec {
  /** The matrix W [vocabulary, hidden]. */
  readonly name: string;
  /** Name of b [vocabulary]. */
  readonly bias?: string;
  /** cap(z) = softCap * tanh(z / softCap) */
  readonly softCap?: number;
  readonly scale?: number;
}
