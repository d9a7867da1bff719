// Body of POST /v1/decoding/sweeps, and its answer.

import { z } from 'zod';
import { messages } from '../chat-request.js';

/** Each is read for itself, one after the other: a call stays short. */
const mostRows = 16;
const mostWrong = 16;
const mostSettings = 256;

const layer = z.number().int().min(0).max(10_000);
const answer = z.string().min(1);

export const sweepSchema = z.strictObject({
  model: z.string().min(1),
  rows: z
    .array(
      z.strictObject({
        messages,
        answer: answer.describe('What should be said.'),
        wrong: z.array(answer).max(mostWrong).optional().describe('What should not.'),
      }),
    )
    .min(1)
    .max(mostRows),
  settings: z
    .array(
      z.strictObject({
        layers: z.tuple([layer, layer]).describe('First and last, both included.'),
        alpha: z.number().min(0).max(100),
      }),
    )
    .min(1)
    .max(mostSettings),
  top_p: z.number().gt(0).max(1).optional(),
  top_k: z.number().int().min(1).max(1000).optional(),
});
export type SweepRequest = z.infer<typeof sweepSchema>;

const count = z.number().int();
const outranks = z
  .boolean()
  .optional()
  .describe('Whether the answer is likelier than each of the wrong ones, where there are any.');

export const sweepListSchema = z.object({
  object: z.literal('list'),
  model: z.string(),
  data: z.array(
    z.object({
      object: z.literal('decoding.sweep'),
      index: count,
      tokens: count.describe('Of the answer.'),
      candidates: count.describe("Of those, tokens that are among DeCo's candidates."),
      log_prob: z.number().describe('ln p of the answer without DeCo.'),
      greedy: count.describe('Tokens of the answer that are the likeliest in their places.'),
      outranks,
      settings: z.array(
        z.object({
          log_prob: z.number(),
          greedy: count,
          changed: count.describe('Places where another token becomes the likeliest.'),
          righted: count.describe("Of those, where the answer's own does."),
          wronged: count.describe("Of those, where the answer's own no longer is."),
          outranks,
        }),
      ),
    }),
  ),
  usage: z.object({ prompt_tokens: count, completion_tokens: count, total_tokens: count }),
});
export type SweepList = z.infer<typeof sweepListSchema>;
