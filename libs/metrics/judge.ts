// What KFR and KRR ask of a judge: which entities a text names, which of them are the same, what
// contradicts what.

export interface Judge {
  /** Named in every report: figures of different judges do not compare. */
  readonly name: string;
  /**
   * Entities of a gold answer or of a model's answer that the question, or the
   * conversation before it, does not already name.
   */
  entities(text: string, question: string, role: 'gold' | 'answer'): Promise<string[]>;
  /** Similarities, at most 1: one row an answer entity, one column a gold entity. */
  similarity(answer: readonly string[], gold: readonly string[]): Promise<number[][]>;
  /**
   * Similarity in meaning of two whole answers to a question, at most 1; null of a judge without an
   * embedder.
   */
  answerSimilarity(answer: string, gold: string, question: string): Promise<number | null>;
  /** Whether an answer says what by itself is the fact of the gold answer, and is not in the question. */
  identifies(answer: string, gold: string, question: string): Promise<boolean>;
  /** Whether the hypothesis cannot hold if the premise does. */
  contradiction(premise: string, hypothesis: string): Promise<boolean>;
}
