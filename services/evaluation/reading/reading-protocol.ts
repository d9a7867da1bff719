// What the thread that reads answers is asked.

import type { Call } from '#thread/protocol.js';
import type { AnswerFigures, ScoredAnswer } from '../metrics/metric.js';

export interface ReadingProtocol {
  readonly start: undefined;
  readonly calls: {
    readonly entities: Call<
      { readonly text: string; readonly question: string; readonly role: 'gold' | 'answer' },
      string[] | null
    >;
    readonly similarity: Call<
      { readonly answer: readonly string[]; readonly gold: readonly string[] },
      number[][]
    >;
    readonly identifies: Call<
      { readonly answer: string; readonly gold: string; readonly question: string },
      boolean
    >;
    readonly contradiction: Call<
      { readonly premise: string; readonly hypothesis: string },
      boolean
    >;
    /** A report's figures of one answer. */
    readonly row: Call<{ readonly answer: ScoredAnswer }, AnswerFigures>;
  };
}
