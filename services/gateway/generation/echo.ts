// A prompt that is repeated before its answer.

import { last } from '#collections/items.js';
import { zip } from '#collections/zip.js';
import type { CompletionScore__Output } from '#contracts/generated/lethe/inference/v1/CompletionScore.js';
import type { Place__Output } from '#contracts/generated/lethe/inference/v1/Place.js';
import { offsets, type TextLogprobs } from './logprobs.js';
import type { Naming } from './token-name.js';

export interface Echo {
  readonly text: string;
  /** Of its tokens. */
  readonly tokens: number;
  /** Where they are asked for. */
  readonly logprobs?: TextLogprobs;
}

interface Token {
  readonly id: number;
  readonly text: string;
}

/**
 * A prompt's tokens and, where they are asked for, their log-probabilities and the likeliest in the
 * place of each.
 * @param count of the likeliest.
 */
export function scoredEcho(
  score: CompletionScore__Output,
  name: Naming,
  count: number | undefined,
): Echo {
  const tokens = tokensOf(score);
  return {
    text: textOf(tokens),
    tokens: tokens.length,
    ...(count === undefined
      ? {}
      : { logprobs: logprobsOf(tokens, placesOf(score, count).slice(0, -1), name) }),
  };
}

/** With the token that the model would go on with. */
export function continuedEcho(score: CompletionScore__Output, name: Naming): Required<Echo> {
  const places = placesOf(score);
  const [next] = last(places).top;
  const all = [...tokensOf(score), ...(next ? [next] : [])];
  const told = [...places.slice(0, -1), { ...last(places), logProb: next?.logProb ?? 0 }];
  return { text: textOf(all), tokens: all.length - 1, logprobs: logprobsOf(all, told, name) };
}

const placesOf = ({ spelling }: CompletionScore__Output, count?: number): Place__Output[] =>
  (spelling?.places ?? []).map((place) => ({ ...place, top: place.top.slice(0, count) }));

const tokensOf = ({ spelling }: CompletionScore__Output): Token[] =>
  zip(spelling?.ids ?? [], spelling?.tokens ?? []).map(([id, text]) => ({ id, text }));

const textOf = (tokens: readonly Token[]): string => tokens.map(({ text }) => text).join('');

/** @param places of all tokens but the first. */
function logprobsOf(
  tokens: readonly Token[],
  places: readonly Place__Output[],
  name: Naming,
): TextLogprobs {
  const named = ({ id, text }: Token): string => name({ id, text: Buffer.from(text) });
  const tops = zip(tokens.slice(1), places).map(([token, { logProb, top }]) =>
    // Where two have one name, it stands for the likelier.
    Object.fromEntries([
      [named(token), logProb],
      ...top.map((other) => [named(other), other.logProb] as const).toReversed(),
    ]),
  );
  return {
    tokens: tokens.map(named),
    token_logprobs: [null, ...places.map(({ logProb }) => logProb)],
    top_logprobs: [null, ...tops],
    text_offset: offsets(
      tokens.map(({ text }) => text),
      0,
    ),
  };
}
