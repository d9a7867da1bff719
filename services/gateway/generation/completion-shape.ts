// The objects of OpenAI's chat and text completions.

import { z } from 'zod';
import { newId } from '../http/ids.js';
import { decodingUsageSchema } from './decoding.js';

const usageSchema = z.object({
  prompt_tokens: z.number().int(),
  completion_tokens: z.number().int(),
  total_tokens: z.number().int(),
  /** Of a request that names a strategy. */
  decoding: decodingUsageSchema.optional(),
});
export type Usage = z.infer<typeof usageSchema>;
const finishReason = z.enum(['stop', 'length']).nullable();

const base = <O extends string>(object: O) => ({
  id: z.string(),
  object: z.literal(object),
  created: z.number().int(),
  model: z.string(),
});

export const chatCompletionSchema = z.object({
  ...base('chat.completion'),
  choices: z.array(
    z.object({
      index: z.number().int(),
      message: z.object({ role: z.literal('assistant'), content: z.string(), refusal: z.null() }),
      logprobs: z.null(),
      finish_reason: finishReason,
    }),
  ),
  usage: usageSchema,
});
/** Of each token: the first has none before it. */
const logprobs = z.object({
  tokens: z.array(z.string()),
  token_logprobs: z.array(z.number().nullable()),
  top_logprobs: z.array(z.record(z.string(), z.number()).nullable()),
  text_offset: z.array(z.number().int()),
});
export type Logprobs = z.infer<typeof logprobs>;

export const textCompletionSchema = z.object({
  ...base('text_completion'),
  choices: z.array(
    z.object({
      index: z.number().int(),
      text: z.string(),
      logprobs: logprobs.nullable(),
      finish_reason: finishReason,
    }),
  ),
  usage: usageSchema,
});

/** How one kind of completion is written, whole and piece by piece. */
export interface CompletionShape {
  whole(text: string, finish: string, usage: Usage): object;
  /** What a stream starts with, before any text. */
  opening: object | undefined;
  piece(text: string, finish: string | null): object;
  /** The stream's last object where the client asked for usage. */
  usage(usage: Usage): object;
}

const now = () => Math.floor(Date.now() / 1000);

export function chatShape(model: string): CompletionShape {
  const head = { id: newId('chatcmpl-'), created: now(), model };
  const chunk = (delta: object, finish: string | null) => ({
    ...head,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
  });
  return {
    whole: (text, finish, usage) => ({
      ...head,
      object: 'chat.completion',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: text, refusal: null },
          logprobs: null,
          finish_reason: finish,
        },
      ],
      usage,
    }),
    opening: chunk({ role: 'assistant', content: '' }, null),
    piece: (text, finish) => chunk(text === '' ? {} : { content: text }, finish),
    usage: (usage) => ({ ...head, object: 'chat.completion.chunk', choices: [], usage }),
  };
}

const choice = (text: string, finish: string | null) => ({
  index: 0,
  text,
  logprobs: null,
  finish_reason: finish,
});

export function textShape(model: string): CompletionShape {
  const head = { id: newId('cmpl-'), object: 'text_completion', created: now(), model };
  return {
    whole: (text, finish, usage) => ({ ...head, choices: [choice(text, finish)], usage }),
    opening: undefined,
    piece: (text, finish) => ({ ...head, choices: [choice(text, finish)] }),
    usage: (usage) => ({ ...head, choices: [], usage }),
  };
}

/** Prompts that are repeated, each with a token after it. */
export const echoOf = (model: string, choices: readonly Logprobs[], usage: Usage): object => ({
  id: newId('cmpl-'),
  object: 'text_completion',
  created: now(),
  model,
  choices: choices.map((scored, index) => ({
    index,
    text: scored.tokens.join(''),
    logprobs: scored,
    finish_reason: 'length',
  })),
  usage,
});
