// What the `nli` judge asks of its thread.

import type { Call } from '#thread/protocol.js';

export interface ModelFolders {
  readonly nli: string;
  readonly embedder: string;
}

export interface NliProtocol {
  readonly start: ModelFolders;
  readonly calls: {
    readonly contradiction: Call<
      { readonly premise: string; readonly hypothesis: string },
      boolean
    >;
    readonly similarity: Call<
      { readonly answer: readonly string[]; readonly gold: readonly string[] },
      number[][]
    >;
  };
}
