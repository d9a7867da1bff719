// What is asked of the thread that embeds.

import type { Call } from '#thread/protocol.js';

export interface EmbedderProtocol {
  /** The model's folder. */
  readonly start: string;
  readonly calls: {
    /** Cosines: one row an answer's entity, one column a gold one. */
    readonly similarity: Call<
      { readonly answer: readonly string[]; readonly gold: readonly string[] },
      number[][]
    >;
    /** Null where the answers do not compare. */
    readonly answerSimilarity: Call<
      { readonly answer: string; readonly gold: string; readonly question: string },
      number | null
    >;
  };
}
