// The objects of OpenAI's chat and text completions, with vLLM's additions.

import { z } from 'zod';
import { readRelease } from '#platform/release.js';
import { newId } from '../http/ids.js';
import { decodingUsageSchema } from './decoding.js';
import type { Echo } from './echo.js';
import { citationSchema, knowledgeSchema } from './knowledge/grounded.js';
import {
  chatLogprobs,
  chatLogprobsSchema,
  type TextLogprobs,
  textLogprobs,
  textLogprobsSchema,
} from './logprobs.js';
import type { Piece } from './piece.js';
import { promptLogprobsSchema } from './prompt-logprobs.js';
import type { ReadPrompt } from './read-prompt.js';
import type { Naming } from './token-name.js';

const usageSchema = z.object({
  prompt_tokens: z.number().int(),
  completion_tokens: z.number().int(),
  total_tokens: z.number().int(),
  /** Of a request that names a strategy. */
  decoding: decodingUsageSchema.optional(),
  prompt_tokens_details: z.object({ cached_tokens: z.number().int() }),
});
export type Usage = z.infer<typeof usageSchema>;
const finishReason = z.enum(['stop', 'length', 'tool_calls']).nullable();
const toolCallSchema = z.object({
  id: z.string(),
  type: z.literal('function'),
  function: z.object({ name: z.string(), arguments: z.string() }),
});
const ids = z.array(z.number().int()).optional();

const base = <O extends string>(object: O) => ({
  id: z.string(),
  object: z.literal(object),
  created: z.number().int(),
  model: z.string(),
  system_fingerprint: z.string().describe('Changes with the code that answers.'),
});
const choice = {
  index: z.number().int(),
  finish_reason: finishReason,
  stop_reason: z
    .union([z.string(), z.number().int()])
    .nullable()
    .describe('The stop string or token that was asked for and has ended the answer.'),
  token_ids: ids,
};

export const chatCompletionSchema = z.object({
  ...base('chat.completion'),
  choices: z.array(
    z.object({
      ...choice,
      message: z.object({
        role: z.literal('assistant'),
        content: z.string().nullable(),
        refusal: z.null(),
        tool_calls: z.array(toolCallSchema).optional(),
        annotations: z.array(citationSchema).optional(),
        knowledge: knowledgeSchema
          .optional()
          .describe('Of an answer from a knowledge base; of a stream in the last delta.'),
      }),
      logprobs: chatLogprobsSchema.nullable(),
    }),
  ),
  usage: usageSchema,
  prompt_token_ids: ids,
  prompt_logprobs: promptLogprobsSchema.optional(),
});

export const textCompletionSchema = z.object({
  ...base('text_completion'),
  choices: z.array(
    z.object({
      ...choice,
      text: z.string(),
      logprobs: textLogprobsSchema.nullable(),
      prompt_token_ids: ids,
      prompt_logprobs: promptLogprobsSchema.optional(),
    }),
  ),
  usage: usageSchema,
});

/** Of the tokens of an answer, what is told besides their text. */
export interface Telling {
  readonly hasLogProbs: boolean;
  readonly hasIds: boolean;
  readonly name: Naming;
}

/** An answer, and what is told of its prompt. */
export interface Choice {
  readonly piece: Piece;
  readonly prompt: ReadPrompt | undefined;
}

/** How one kind of completion is written, whole and piece by piece. */
export interface CompletionShape {
  whole(choices: readonly Choice[], usage: Usage): object;
  /** What a choice of a stream starts with, before any text. */
  opening(index: number, echo: Echo | undefined): object | undefined;
  piece(index: number, piece: Piece): object;
  /** The stream's last object where the client asked for usage. */
  usage(usage: Usage): object;
}

const now = () => Math.floor(Date.now() / 1000);
const { version, revision } = readRelease();
const fingerprint = `fp_${(revision ?? version).slice(0, 10)}`;

const head = (prefix: string, model: string) => ({
  id: newId(prefix),
  created: now(),
  model,
  system_fingerprint: fingerprint,
});

const endOf = ({ finish, stopReason, tokenIds }: Piece, { hasIds }: Telling) => ({
  finish_reason: finish,
  stop_reason: stopReason,
  ...(hasIds ? { token_ids: tokenIds } : {}),
});

const promptOf = ({ promptTokenIds }: Piece, read?: ReadPrompt) => ({
  ...(promptTokenIds.length > 0 ? { prompt_token_ids: promptTokenIds } : {}),
  ...(read?.logprobs ? { prompt_logprobs: read.logprobs } : {}),
});

const called = ({ toolCalls }: Piece) =>
  toolCalls.map(({ id, name, arguments: given }) => ({
    id,
    type: 'function',
    function: { name, arguments: given },
  }));

/** White space beside calls is not said to anybody. */
const messageOf = (piece: Piece) =>
  piece.toolCalls.length > 0
    ? {
        role: 'assistant',
        content: piece.text.trim() === '' ? null : piece.text,
        refusal: null,
        tool_calls: called(piece),
      }
    : { role: 'assistant', content: piece.text, refusal: null, ...piece.grounded };

const deltaOf = (piece: Piece) => ({
  ...(piece.text === '' ? {} : { content: piece.text }),
  ...(piece.toolCalls.length > 0
    ? { tool_calls: called(piece).map((call, index) => ({ index, ...call })) }
    : {}),
  ...piece.grounded,
});

export function chatShape(model: string, telling: Telling): CompletionShape {
  const common = head('chatcmpl-', model);
  const object = 'chat.completion.chunk';
  const logprobsOf = ({ logProbs }: Piece) =>
    telling.hasLogProbs && logProbs.length > 0 ? chatLogprobs(logProbs, telling.name) : null;
  const chunk = (index: number, delta: object, rest: object) => ({
    ...common,
    object,
    choices: [{ index, delta, logprobs: null, finish_reason: null, ...rest }],
  });
  return {
    whole: (choices, usage) => ({
      ...common,
      object: 'chat.completion',
      choices: choices.map(({ piece }, index) => ({
        index,
        message: messageOf(piece),
        logprobs: logprobsOf(piece),
        ...endOf(piece, telling),
      })),
      usage,
      ...(choices[0] ? promptOf(choices[0].piece, choices[0].prompt) : {}),
    }),
    opening: (index) => chunk(index, { role: 'assistant', content: '' }, {}),
    piece: (index, piece) => ({
      ...chunk(index, deltaOf(piece), {
        logprobs: logprobsOf(piece),
        ...endOf(piece, telling),
      }),
      ...promptOf(piece),
    }),
    usage: (usage) => ({ ...common, object, choices: [], usage }),
  };
}

export function textShape(model: string, telling: Telling): CompletionShape {
  const common = { ...head('cmpl-', model), object: 'text_completion' };
  /** Length of a stream's choices so far. */
  const lengths = new Map<number, number>();
  const logprobsOf = ({ logProbs }: Piece, offset: number): TextLogprobs | null =>
    telling.hasLogProbs ? textLogprobs(logProbs, telling.name, offset) : null;
  const choiceOf = (
    index: number,
    text: string,
    logprobs: TextLogprobs | null,
    piece: Piece,
    read?: ReadPrompt,
  ) => ({
    index,
    text,
    logprobs,
    ...endOf(piece, telling),
    ...promptOf(piece, read),
  });
  return {
    whole: (choices, usage) => ({
      ...common,
      choices: choices.map(({ piece, prompt }, index) => {
        const echo = prompt?.echo;
        const before = echo?.text ?? '';
        const logprobs = logprobsOf(piece, before.length);
        const told = both(echo?.logprobs, logprobs);
        return choiceOf(index, before + piece.text, told, piece, prompt);
      }),
      usage,
    }),
    opening: (index, echo) => {
      if (!echo) return undefined;
      lengths.set(index, echo.text.length);
      const { text, logprobs = null } = echo;
      return {
        ...common,
        choices: [{ index, text, logprobs, finish_reason: null, stop_reason: null }],
      };
    },
    piece: (index, piece) => {
      const offset = lengths.get(index) ?? 0;
      lengths.set(index, offset + piece.text.length);
      return {
        ...common,
        choices: [choiceOf(index, piece.text, logprobsOf(piece, offset), piece)],
      };
    },
    usage: (usage) => ({ ...common, choices: [], usage }),
  };
}

/** Of a prompt and its answer. */
function both(before: TextLogprobs | undefined, after: TextLogprobs | null): TextLogprobs | null {
  if (!before || !after) return before ?? after;
  return {
    tokens: [...before.tokens, ...after.tokens],
    token_logprobs: [...before.token_logprobs, ...after.token_logprobs],
    top_logprobs: [...before.top_logprobs, ...after.top_logprobs],
    text_offset: [...before.text_offset, ...after.text_offset],
  };
}

/** Prompts that are repeated, each with a token after it. */
export const echoOf = (model: string, echoes: readonly Required<Echo>[], usage: Usage): object => ({
  ...head('cmpl-', model),
  object: 'text_completion',
  choices: echoes.map(({ text, logprobs }, index) => ({
    index,
    text,
    logprobs,
    finish_reason: 'length',
    stop_reason: null,
  })),
  usage,
});
