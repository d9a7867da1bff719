// The `nli` judge: contradiction by an NLI classifier, all else as the judge `embedding`.

import type { Judge } from '#metrics/judge.js';
import type { NliClassifier } from './nli-classifier.js';

export class NliJudge implements Judge {
  readonly name = 'nli';

  /** @param signal of the job that is judged: once it aborts, nothing more is asked. */
  constructor(
    private readonly classifier: NliClassifier,
    private readonly rest: Judge,
    private readonly signal: AbortSignal,
  ) {}

  entities(text: string, question: string, role: 'gold' | 'answer'): Promise<string[] | null> {
    return this.rest.entities(text, question, role);
  }

  similarity(answer: readonly string[], gold: readonly string[]): Promise<number[][]> {
    return this.rest.similarity(answer, gold);
  }

  answerSimilarity(answer: string, gold: string, question: string): Promise<number | null> {
    return this.rest.answerSimilarity(answer, gold, question);
  }

  identifies(answer: string, gold: string, question: string): Promise<boolean> {
    return this.rest.identifies(answer, gold, question);
  }

  contradiction(premise: string, hypothesis: string): Promise<boolean> {
    return this.classifier.contradiction(premise, hypothesis, this.signal);
  }
}
