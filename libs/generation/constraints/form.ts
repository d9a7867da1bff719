// A form that answers are held to, compiled: plain data that goes from thread to thread.

import type { Network } from './network.js';

export interface Form {
  /** The same for the same form. */
  readonly key: string;
  readonly network: Network;
  /** Whether a space at the very beginning is no part of the text, as in SentencePiece's. */
  readonly dropsSpace: boolean;
}
