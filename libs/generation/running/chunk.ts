// A part of an answer, or all of it.

import type { TokenLogProb } from '../decoding/log-probs.js';
import type { DecodingUsage } from '../decoding/tally.js';
import type { Link } from '../linking/link.js';

export type FinishReason = 'stop' | 'length';

export interface Chunk {
  readonly text: string;
  /** Tokens since the last chunk, an end of turn included. */
  readonly tokenIds: readonly number[];
  /** Of each of them, where asked for. */
  readonly logProbs?: readonly TokenLogProb[];
  /** Only in a sequence's last chunk. */
  readonly finishReason?: FinishReason;
  /** What the strategy that was asked for has done so far. */
  readonly decoding?: DecodingUsage;
  /** The stop string or token that was asked for and has ended the answer. */
  readonly stopReason?: string | number;
  /** Of the prompt, that had been read for others before, in the last chunk. Absent: none. */
  readonly cachedTokens?: number;
  /** What the sequence begins with, where one of several paths was asked for: before any text. */
  readonly link?: Link;
  /** The other answers of a search, likeliest first, in its last chunk; each is whole. */
  readonly beside?: readonly Chunk[];
}
