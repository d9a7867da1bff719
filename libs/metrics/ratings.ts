// What a judge that is a language model thinks of an answer, as ReLearn's own judges do: whole
// numbers from 1 to 5.

export interface Ratings {
  /** Of the forget set: how little of the gold answer is disclosed; 5 is nothing. */
  readonly forgetting?: number;
  /** Of the retain set: how much of the gold answer is said; 5 is all. */
  readonly retention?: number;
  /** Whether it takes up the question, right or wrong. */
  readonly relevance: number;
  /** Whether it is clear and grammatical. */
  readonly fluency: number;
}
