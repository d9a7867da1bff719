// Log-probabilities of an answer's tokens, as OpenAI's chat and text completions write them.

import { z } from 'zod';
import type { TokenLogProb__Output } from '#contracts/generated/lethe/inference/v1/TokenLogProb.js';
import type { Naming } from './token-name.js';

const token = z.object({
  token: z.string(),
  logprob: z.number(),
  bytes: z.array(z.number().int()).nullable(),
});

export const chatLogprobsSchema = z.object({
  content: z.array(token.extend({ top_logprobs: z.array(token) })),
  refusal: z.null(),
});
type ChatLogprobs = z.infer<typeof chatLogprobsSchema>;

/** Of each token: the first of a prompt has none before it. */
export const textLogprobsSchema = z.object({
  tokens: z.array(z.string()),
  token_logprobs: z.array(z.number().nullable()),
  top_logprobs: z.array(z.record(z.string(), z.number()).nullable()),
  text_offset: z.array(z.number().int()),
});
export type TextLogprobs = z.infer<typeof textLogprobsSchema>;

export function chatLogprobs(tokens: readonly TokenLogProb__Output[], name: Naming): ChatLogprobs {
  const written = (one: TokenLogProb__Output): z.infer<typeof token> => ({
    token: name(one),
    logprob: one.logProb,
    bytes: [...one.text],
  });
  return {
    content: tokens.map((one) => ({ ...written(one), top_logprobs: one.top.map(written) })),
    refusal: null,
  };
}

/**
 * A token is among the likeliest in its place, even where it is not one of them.
 * @param offset of the first token in the text.
 */
export function textLogprobs(
  tokens: readonly TokenLogProb__Output[],
  name: Naming,
  offset: number,
): TextLogprobs {
  const names = tokens.map(name);
  return {
    tokens: names,
    token_logprobs: tokens.map(({ logProb }) => logProb),
    top_logprobs: tokens.map((one) =>
      Object.fromEntries([...one.top, one].map((other) => [name(other), other.logProb])),
    ),
    text_offset: offsets(names, offset),
  };
}

/** Where each of the texts begins. */
export function offsets(texts: readonly string[], start: number): number[] {
  let at = start;
  return texts.map((text) => {
    const own = at;
    at += text.length;
    return own;
  });
}
