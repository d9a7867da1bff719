// What TOFU's metrics are computed from, whichever log it came from.

export const tofuSets = ['retain', 'authors', 'facts', 'forget'] as const;
export type TofuSet = (typeof tofuSets)[number];

/** One set's questions: one array entry per question, in the file's order. */
export interface TofuScores {
  /**
   * Probability of the gold answer: its likelihood to the power 1/tokens; against the wrong
   * answers' for authors and facts.
   */
  readonly probabilities: readonly number[];
  readonly rougeL: readonly number[];
  /** Truth ratio: wrong over right answer's probability. Low is knowing. */
  readonly truthRatios: readonly number[];
}
export type TofuLogs = Readonly<Record<TofuSet, TofuScores>>;
