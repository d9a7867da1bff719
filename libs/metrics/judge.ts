// What KFR and KRR ask of a judge: which entities a text names, which of them are the same, what
// contradicts what.

import type { AssessedAnswer, HelpRatings } from './help-ratings.js';
import type { Ratings } from './ratings.js';

export interface AnswerToJudge {
  readonly set: 'forget' | 'retain';
  /** All that was said before the answer; most often one question. */
  readonly question: string;
  readonly gold: string;
  readonly answer: string;
  /** Whether the model had more to say when it was stopped. */
  readonly cut?: boolean;
}

export interface Judge {
  /** Named in every report: figures of different judges do not compare. */
  readonly name: string;
  /**
   * Entities of a gold answer or of a model's answer that the question, or the
   * conversation before it, does not already name; null where the judge does not tell.
   */
  entities(text: string, question: string, role: 'gold' | 'answer'): Promise<string[] | null>;
  /** Similarities, at most 1: one row an answer entity, one column a gold entity. */
  similarity(answer: readonly string[], gold: readonly string[]): Promise<number[][]>;
  /**
   * Similarity in meaning of two whole answers to a question, at most 1; null of a judge without an
   * embedder, and of answers that do not compare.
   */
  answerSimilarity(answer: string, gold: string, question: string): Promise<number | null>;
  /** Whether an answer says what by itself is the fact of the gold answer, and is not in the question. */
  identifies(answer: string, gold: string, question: string): Promise<boolean>;
  /** Whether the hypothesis cannot hold if the premise does. */
  contradiction(premise: string, hypothesis: string): Promise<boolean>;
  /** Of a judge that rates answers; null where it does not tell. */
  rate?(row: AnswerToJudge): Promise<Ratings | null>;
  /** The same of answers from a knowledge base. */
  assess?(answer: AssessedAnswer): Promise<HelpRatings | null>;
}
