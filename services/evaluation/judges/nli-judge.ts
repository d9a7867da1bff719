// The `nli` judge: likeness by sentence embeddings, contradiction by an NLI classifier, entities by
// spelling.

import type { Judge } from '#metrics/judge.js';
import type { NliModels } from './nli-models.js';

export class NliJudge implements Judge {
  readonly name = 'nli';

  /** @param signal of the job that is judged: once it aborts, nothing more is asked. */
  constructor(
    private readonly models: NliModels,
    private readonly spelling: Pick<Judge, 'entities' | 'identifies'>,
    private readonly signal: AbortSignal,
  ) {}

  entities(text: string, question: string, role: 'gold' | 'answer'): Promise<string[]> {
    return this.spelling.entities(text, question, role);
  }

  similarity(answer: readonly string[], gold: readonly string[]): Promise<number[][]> {
    return this.models.similarity(answer, gold, this.signal);
  }

  identifies(answer: string, gold: string, question: string): Promise<boolean> {
    return this.spelling.identifies(answer, gold, question);
  }

  contradiction(premise: string, hypothesis: string): Promise<boolean> {
    return this.models.contradiction(premise, hypothesis, this.signal);
  }
}
