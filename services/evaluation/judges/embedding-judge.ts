// The `embedding` judge: likeness of entities by sentence embeddings or spelling, of whole answers by
// sentence embeddings, all else by spelling.

import { zip } from '#collections/zip.js';
import type { Judge } from '#metrics/judge.js';
import type { Embedder } from './embedder.js';

export class EmbeddingJudge implements Judge {
  readonly name = 'embedding';

  /** @param signal of the job that is judged: once it aborts, nothing more is asked. */
  constructor(
    private readonly embedder: Embedder,
    private readonly spelling: Judge,
    private readonly signal: AbortSignal,
  ) {}

  entities(text: string, question: string, role: 'gold' | 'answer'): Promise<string[] | null> {
    return this.spelling.entities(text, question, role);
  }

  /** The larger of both likenesses; of entities with digits and mail addresses their spelling's alone. */
  async similarity(answer: readonly string[], gold: readonly string[]): Promise<number[][]> {
    const [inMeaning, inSpelling] = await Promise.all([
      this.embedder.similarity(answer, gold, this.signal),
      this.spelling.similarity(answer, gold),
    ]);
    return zip(answer, inMeaning, inSpelling).map(([a, ...rows]) =>
      zip(gold, ...rows).map(([g, meaning, spelling]) =>
        isExact(a) || isExact(g) ? spelling : Math.max(meaning, spelling),
      ),
    );
  }

  answerSimilarity(answer: string, gold: string, question: string): Promise<number | null> {
    return this.embedder.answerSimilarity(answer, gold, question, this.signal);
  }

  identifies(answer: string, gold: string, question: string): Promise<boolean> {
    return this.spelling.identifies(answer, gold, question);
  }

  contradiction(premise: string, hypothesis: string): Promise<boolean> {
    return this.spelling.contradiction(premise, hypothesis);
  }
}

/** To an embedder one number or address is much like another. */
const isExact = (entity: string): boolean => /[\d@]/.test(entity);
