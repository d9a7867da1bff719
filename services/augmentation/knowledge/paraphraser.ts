// What augmentation asks of a teacher that knows other wordings than the built-in ones.

export interface Paraphraser {
  /** Goes into the tuning set: the model's name. */
  readonly name: string;
  /**
   * @param name that the question has, and that its other wording is to keep.
   * @returns undefined where none came.
   */
  paraphrase(
    question: string,
    name: string,
    signal: AbortSignal | undefined,
  ): Promise<string | undefined>;
}
