// What the `nli` judge asks of its thread.

import type { Call } from '#thread/protocol.js';

export interface NliProtocol {
  /** The model's folder. */
  readonly start: string;
  readonly calls: {
    readonly contradiction: Call<
      { readonly premise: string; readonly hypothesis: string },
      boolean
    >;
  };
}
