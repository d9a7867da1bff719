// What the thread that reads pictures is asked.

import type { Call } from '#thread/protocol.js';

export interface PictureProtocol {
  readonly start: undefined;
  readonly calls: {
    /** @returns what is wrong with it, in words that quote nothing of it. */
    readonly problemOf: Call<Uint8Array, string | undefined>;
  };
}
