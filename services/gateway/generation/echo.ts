// A prompt that is repeated before its answer.

import { zip } from '#collections/zip.js';
import type { CompletionScore__Output } from '#contracts/generated/lethe/inference/v1/CompletionScore.js';
import { offsets, type TextLogprobs } from './logprobs.js';

export interface Echo {
  readonly text: string;
  /** Of its tokens. */
  readonly tokens: number;
  /** Where they are asked for. */
  readonly logprobs?: TextLogprobs;
}

/** A prompt's tokens with their log-probabilities, and the likeliest in the place of each. */
export function scoredEcho(score: CompletionScore__Output): Echo {
  const logprobs = logprobsOf(score, score.spelling?.tokens ?? []);
  return { text: logprobs.tokens.join(''), tokens: logprobs.tokens.length, logprobs };
}

/** Of the prompt's tokens and of the one that the model would go on with. */
export function continuedLogprobs(score: CompletionScore__Output): TextLogprobs {
  const { tokens = [], best = [] } = score.spelling ?? {};
  return logprobsOf(score, [...tokens, ...best.slice(-1)]);
}

/** @param all as many tokens as there are, or the likeliest after them, too. */
function logprobsOf(
  { tokenLogProbs, greedy, spelling }: CompletionScore__Output,
  all: readonly string[],
): TextLogprobs {
  const { best = [], bestLogProbs = [] } = spelling ?? {};
  const places = all.length - 1;
  const given = [...tokenLogProbs, ...bestLogProbs.slice(-1)].slice(0, places);
  const isBest = [...greedy, true].slice(0, places);
  const tops = zip(
    all.slice(1),
    given,
    isBest,
    best.slice(0, places),
    bestLogProbs.slice(0, places),
  ).map(([token, logProb, isLikeliest, other, ofOther]): Record<string, number> =>
    // A label's logit is summed in another order than the others: of one token there is one number.
    isLikeliest ? { [token]: logProb } : { [token]: logProb, [other]: ofOther },
  );
  return {
    tokens: [...all],
    token_logprobs: [null, ...given],
    top_logprobs: [null, ...tops],
    text_offset: offsets(all, 0),
  };
}
