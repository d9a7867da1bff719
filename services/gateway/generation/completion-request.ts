// Body of POST /v1/completions.

import { z } from 'zod';
import type { Prompt } from '#contracts/generated/lethe/inference/v1/Prompt.js';
import { passedOverFields, refusedEverywhere, refusedFields } from './other-fields.js';
import { samplingFields } from './sampling.js';

const ids = z.array(z.number().int().min(0).max(0xffffffff)).min(1);
/** Prompts of a request that are scored. */
const mostPrompts = 256;

export const completionSchema = z
  .strictObject({
    ...passedOverFields,
    ...refusedFields(refusedEverywhere),
    ...samplingFields,
    prompt: z.union(
      [
        z.string(),
        z.array(z.string()).min(1).max(mostPrompts),
        ids,
        z.array(ids).min(1).max(mostPrompts),
      ],
      `must be a text, token ids, or up to ${mostPrompts} of either`,
    ),
    best_of: z.literal(1, 'only one completion per request can be made').nullish(),
    echo: z.boolean().nullish(),
    logprobs: z.literal(1, 'only the likeliest token can be told').nullish(),
    suffix: z
      .union([z.null(), z.literal('')], 'text after the completion is not supported')
      .optional(),
  })
  .superRefine((body, context) => {
    for (const [field, message] of problemsOf(body))
      context.addIssue({ code: 'custom', path: [field], message });
  });
export type CompletionRequest = z.infer<typeof completionSchema>;

/**
 * Prompts are scored or continued: `echo` and `logprobs` come together, as evaluation harnesses send
 * them, and score prompts and one greedy token.
 */
function problemsOf(body: {
  prompt: CompletionRequest['prompt'];
  echo?: boolean | null;
  logprobs?: 1 | null;
  max_tokens?: number | null;
  temperature?: number | null;
  stream?: boolean | null;
  decoding?: object | null;
}): [field: string, message: string][] {
  const wrong: [boolean, string, string][] = body.echo
    ? [
        [
          !body.logprobs,
          'echo',
          'the prompt is repeated with its log-probabilities alone: logprobs 1',
        ],
        [body.max_tokens !== 1, 'max_tokens', 'must be 1 with echo'],
        [body.temperature !== 0, 'temperature', 'must be 0 with echo'],
        [Boolean(body.stream), 'stream', 'must be false with echo'],
        [
          Boolean(body.decoding),
          'decoding',
          'must be absent with echo: prompts are scored as they are',
        ],
      ]
    : [
        [Boolean(body.logprobs), 'logprobs', 'log-probabilities are given with echo alone'],
        [promptsOf(body.prompt).length > 1, 'prompt', 'must be one prompt without echo'],
      ];
  return wrong.flatMap(([isWrong, field, message]) => (isWrong ? [[field, message]] : []));
}

/** Of a request, in their order. */
export function promptsOf(prompt: CompletionRequest['prompt']): Prompt[] {
  const isOne = typeof prompt === 'string' || typeof prompt[0] === 'number';
  const all = (isOne ? [prompt] : prompt) as (string | number[])[];
  return all.map((one) => (typeof one === 'string' ? { text: one } : { ids: { ids: one } }));
}
