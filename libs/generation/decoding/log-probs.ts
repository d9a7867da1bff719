// How likely a model finds a token, and which it finds likeliest in its place.

import { item } from '#collections/items.js';
import { heaviest } from './heaviest.js';

export interface LogProb {
  readonly id: number;
  /** What the token stands for, in UTF-8: a character may take several tokens. */
  readonly text: Uint8Array;
  /** Natural logarithm of the token's probability. */
  readonly logProb: number;
}

/** Of a token of the answer or of the prompt. */
export interface TokenLogProb extends LogProb {
  /** How many tokens are at least as likely: 1 for the likeliest. */
  readonly rank: number;
  /** The likeliest, likeliest first. */
  readonly top: LogProb[];
}

/**
 * By the model's own logits, whatever the token was drawn by.
 * @param logits of one row, [vocabulary]
 * @param count of the likeliest that are told.
 */
export function logProbOf(
  logits: Float32Array,
  token: number,
  count: number,
  bytesOf: (id: number) => Uint8Array,
): TokenLogProb {
  const normaliser = logSumExp(logits);
  const of = (id: number): LogProb => ({
    id,
    text: bytesOf(id),
    logProb: item(logits, id) - normaliser,
  });
  return {
    ...of(token),
    rank: rankOf(logits, item(logits, token)),
    top: heaviest(logits, count).map(of),
  };
}

function logSumExp(logits: Float32Array): number {
  let top = -Infinity;
  for (const logit of logits) if (logit > top) top = logit;
  let sum = 0;
  for (const logit of logits) sum += Math.exp(logit - top);
  return top + Math.log(sum);
}

function rankOf(logits: Float32Array, logit: number): number {
  let rank = 0;
  for (const other of logits) if (other >= logit) rank += 1;
  return rank;
}
