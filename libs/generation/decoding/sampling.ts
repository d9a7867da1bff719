// What a request says of how its tokens are chosen.

import type { Decoding } from './strategies.js';

export interface Sampling {
  /** 0: the likeliest token. */
  readonly temperature: number;
  /**
   * 1: off. The smallest set of likeliest tokens whose probabilities reach topP, applied after
   * topK.
   */
  readonly topP: number;
  /** 0: off. */
  readonly topK: number;
  /** Least probability, as a share of the likeliest token's. Absent: 0, off. */
  readonly minP?: number | undefined;
  /** Of the tokens of prompt and answer. Absent: 1, off. */
  readonly repetitionPenalty?: number | undefined;
  /** Of the answer's tokens, once and per occurrence. Absent: 0, off. */
  readonly presencePenalty?: number | undefined;
  readonly frequencyPenalty?: number | undefined;
  /** Added to logits, by token; -100 forbids it. Absent: none. */
  readonly logitBias?: ReadonlyMap<number, number> | undefined;
  /** Absent: all. */
  readonly allowedTokenIds?: readonly number[] | undefined;
  /** Words that must not come, as tokens. Absent: none. */
  readonly badWords?: readonly (readonly number[])[] | undefined;
  /** Before so many tokens the answer does not end. Absent: 0. */
  readonly minTokens?: number | undefined;
  /** Whether the model's ends of a turn never come. Absent: false. */
  readonly ignoreEos?: boolean | undefined;
  /** Tokens that end the answer as the model's own ends do. Absent: none. */
  readonly stopTokenIds?: readonly number[] | undefined;
  /** Absent: logits are taken as they are. */
  readonly decoding?: Decoding | undefined;
  readonly seed: number;
  /** Which of a request's answers this is: they differ, and the first is the one of a lone answer. */
  readonly choice?: number | undefined;
}
