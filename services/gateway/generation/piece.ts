// A part of an answer, or all of it.

import type { GenerateChunk__Output } from '#contracts/generated/lethe/inference/v1/GenerateChunk.js';
import type { TokenLogProb__Output } from '#contracts/generated/lethe/inference/v1/TokenLogProb.js';
import type { ToolCall__Output } from '#contracts/generated/lethe/inference/v1/ToolCall.js';
import { type Grounded, groundedOf } from './knowledge/grounded.js';
import type { UsedBase } from './knowledge/grounds.js';
import type { ReadPrompt } from './read-prompt.js';

export interface Piece {
  readonly text: string;
  /** Null until the last. */
  readonly finish: string | null;
  /** The stop string or token that was asked for and ended it. */
  readonly stopReason: string | number | null;
  /** Empty where none are asked for. */
  readonly logProbs: readonly TokenLogProb__Output[];
  readonly tokenIds: readonly number[];
  readonly promptTokenIds: readonly number[];
  /** What the answer asks of tools. */
  readonly toolCalls: readonly ToolCall__Output[];
  /** Of the last, where the answer is made from a knowledge base. */
  readonly grounded: Grounded | undefined;
}

/** The end of an answer that was to have no token. */
export const NOTHING_MORE: Piece = {
  text: '',
  finish: 'length',
  stopReason: null,
  logProbs: [],
  tokenIds: [],
  promptTokenIds: [],
  toolCalls: [],
  grounded: undefined,
};

/** Of which of a request's answers it is. */
export interface Told {
  readonly call: number;
  readonly piece: Piece;
  /** The call's prompt, where something is told of it. */
  readonly prompt: ReadPrompt | undefined;
}

interface Telling {
  /** Whether ids are told: chunks have them all the same. */
  readonly hasIds: boolean;
  readonly base: UsedBase | undefined;
}

export const pieceOf = (chunk: GenerateChunk__Output, { hasIds, base }: Telling): Piece => ({
  text: chunk.text,
  finish: chunk.finishReason || null,
  stopReason: chunk.stop ?? chunk.stopToken ?? null,
  logProbs: chunk.logProbs,
  tokenIds: hasIds ? chunk.tokenIds : [],
  promptTokenIds: chunk.promptTokenIds,
  toolCalls: chunk.toolCalls,
  // Complete in the last chunk alone.
  grounded:
    base && chunk.grounding && chunk.finishReason ? groundedOf(chunk.grounding, base) : undefined,
});

export const joined = (pieces: readonly Piece[]): Piece => ({
  text: pieces.map(({ text }) => text).join(''),
  finish: pieces.at(-1)?.finish ?? null,
  stopReason: pieces.at(-1)?.stopReason ?? null,
  logProbs: pieces.flatMap(({ logProbs }) => logProbs),
  tokenIds: pieces.flatMap(({ tokenIds }) => tokenIds),
  promptTokenIds: pieces.flatMap(({ promptTokenIds }) => promptTokenIds),
  toolCalls: pieces.flatMap(({ toolCalls }) => toolCalls),
  grounded: pieces.at(-1)?.grounded,
});

/** Whether there is anything in it to be told. */
export const isTelling = ({ text, finish, logProbs, tokenIds }: Piece): boolean =>
  text !== '' || finish !== null || logProbs.length > 0 || tokenIds.length > 0;

/** Mean log-probability of its tokens: by it the best of several answers is found. */
export const likelihood = ({ logProbs }: Piece): number =>
  logProbs.reduce((sum, { logProb }) => sum + logProb, 0) / Math.max(logProbs.length, 1);
