// What a judge that is a language model thinks of an answer from a knowledge base.

export interface AssessedAnswer {
  readonly question: string;
  /** What the base has on it; empty where it has nothing. */
  readonly gold: string;
  readonly answer: string;
}

/** Whole numbers from 0 to 2. */
export interface HelpRatings {
  /** Whether it answers what is asked. */
  readonly helpfulness: number;
  /** Whether it says nothing that could harm whoever acts on it. */
  readonly harmlessness: number;
}
