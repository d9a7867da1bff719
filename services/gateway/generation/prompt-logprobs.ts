// Log-probabilities of a prompt's tokens, as vLLM writes them.

import { z } from 'zod';
import { zip } from '#collections/zip.js';
import type { CompletionScore__Output } from '#contracts/generated/lethe/inference/v1/CompletionScore.js';

const told = z.object({
  logprob: z.number(),
  rank: z.number().int(),
  decoded_token: z.string(),
});

/** By token ids: of each place the prompt's own token and the likeliest; before the first nothing. */
export const promptLogprobsSchema = z.array(z.record(z.string(), told).nullable());
export type PromptLogprobs = z.infer<typeof promptLogprobsSchema>;

/** @param count of the likeliest. */
export function promptLogprobs(
  { spelling }: CompletionScore__Output,
  count: number,
): PromptLogprobs {
  const { ids = [], tokens = [], places = [] } = spelling ?? {};
  const each = zip(ids.slice(1), tokens.slice(1), places.slice(0, -1));
  return [
    null,
    ...each.map(([id, text, { logProb, rank, top }]) =>
      Object.fromEntries([
        ...top
          .slice(0, count)
          .map((other, i) => [other.id, toldOf(other.logProb, i + 1, other.text)] as const),
        [id, toldOf(logProb, rank, text)],
      ]),
    ),
  ];
}

const toldOf = (logprob: number, rank: number, text: string): z.infer<typeof told> => ({
  logprob,
  rank,
  decoded_token: text,
});
