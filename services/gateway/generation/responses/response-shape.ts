// The object of OpenAI's Responses API.

import { z } from 'zod';
import { newId } from '../../http/ids.js';
import type { Usage } from '../completion-shape.js';
import { citationSchema, knowledgeSchema } from '../knowledge/grounded.js';
import { chatLogprobs } from '../logprobs.js';
import type { Piece } from '../piece.js';
import { byText } from '../token-name.js';
import type { ResponseRequest } from './response-request.js';

const status = z.enum(['in_progress', 'completed', 'incomplete', 'failed']);

const outputText = z.object({
  type: z.literal('output_text'),
  text: z.string(),
  annotations: z.array(citationSchema),
  logprobs: z.array(z.unknown()),
});

const message = z.object({
  type: z.literal('message'),
  id: z.string(),
  status,
  role: z.literal('assistant'),
  content: z.array(outputText),
  knowledge: knowledgeSchema.optional(),
});

const functionCall = z.object({
  type: z.literal('function_call'),
  id: z.string(),
  status,
  call_id: z.string(),
  name: z.string(),
  arguments: z.string(),
});

export const responseObjectSchema = z.object({
  id: z.string(),
  object: z.literal('response'),
  created_at: z.number().int(),
  completed_at: z.number().int().nullable(),
  status,
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  incomplete_details: z.object({ reason: z.literal('max_output_tokens') }).nullable(),
  output: z.array(z.union([message, functionCall])),
  usage: z
    .object({
      input_tokens: z.number().int(),
      input_tokens_details: z.object({ cached_tokens: z.number().int() }),
      output_tokens: z.number().int(),
      output_tokens_details: z.object({ reasoning_tokens: z.number().int() }),
      total_tokens: z.number().int(),
    })
    .nullable(),
  model: z.string(),
  instructions: z.string().nullable(),
  max_output_tokens: z.number().int().nullable(),
  metadata: z.record(z.string(), z.string()),
  parallel_tool_calls: z.boolean(),
  previous_response_id: z.null(),
  store: z.literal(false),
  temperature: z.number(),
  text: z.object({ format: z.looseObject({ type: z.string() }) }),
  tool_choice: z.unknown(),
  tools: z.array(z.unknown()),
  top_logprobs: z.number().int(),
  top_p: z.number(),
  truncation: z.literal('disabled'),
});
export type ResponseObject = z.infer<typeof responseObjectSchema>;
export type Status = z.infer<typeof status>;
export type MessageItem = z.infer<typeof message>;
export type CallItem = z.infer<typeof functionCall>;
export type OutputText = z.infer<typeof outputText>;

const now = () => Math.floor(Date.now() / 1000);

/** Of a request that has just begun. */
export const begunResponse = (body: ResponseRequest): ResponseObject => ({
  id: newId('resp_'),
  object: 'response',
  created_at: now(),
  completed_at: null,
  status: 'in_progress',
  error: null,
  incomplete_details: null,
  output: [],
  usage: null,
  model: body.model,
  instructions: body.instructions ?? null,
  max_output_tokens: body.max_output_tokens ?? null,
  metadata: body.metadata ?? {},
  parallel_tool_calls: body.parallel_tool_calls ?? true,
  previous_response_id: null,
  store: false,
  temperature: body.temperature ?? 1,
  text: { format: body.text?.format ?? { type: 'text' } },
  tool_choice: body.tool_choice ?? 'auto',
  tools: body.tools ?? [],
  top_logprobs: body.top_logprobs ?? 0,
  top_p: body.top_p ?? 1,
  truncation: 'disabled',
});

/** @param output its items, whole. */
export function endedResponse(
  begun: ResponseObject,
  output: ResponseObject['output'],
  finish: string | null,
  usage: Usage,
): ResponseObject {
  const isCut = finish === 'length';
  return {
    ...begun,
    completed_at: isCut ? null : now(),
    status: isCut ? 'incomplete' : 'completed',
    incomplete_details: isCut ? { reason: 'max_output_tokens' } : null,
    output,
    usage: {
      input_tokens: usage.prompt_tokens,
      input_tokens_details: usage.prompt_tokens_details,
      output_tokens: usage.completion_tokens,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: usage.total_tokens,
    },
  };
}

/** What a piece of an answer says of likelihoods; nothing where none is asked for. */
export const logprobsOf = ({ logProbs }: Piece): unknown[] =>
  chatLogprobs(logProbs, byText).content;

export const emptyPart: OutputText = {
  type: 'output_text',
  text: '',
  annotations: [],
  logprobs: [],
};

export const textPart = (piece: Piece): OutputText => ({
  ...emptyPart,
  text: piece.text,
  annotations: [...(piece.grounded?.annotations ?? [])],
  logprobs: logprobsOf(piece),
});

const itemOf = (id: string, state: Status, content: OutputText[]): MessageItem => ({
  type: 'message',
  id,
  status: state,
  role: 'assistant',
  content,
});

/** Before anything of it is told. */
export const begunItem = (id: string): MessageItem => itemOf(id, 'in_progress', []);

export const messageItem = (id: string, piece: Piece): MessageItem => ({
  ...itemOf(id, piece.finish === 'length' ? 'incomplete' : 'completed', [textPart(piece)]),
  ...(piece.grounded ? { knowledge: piece.grounded.knowledge } : {}),
});

export const callItems = ({ toolCalls }: Piece): CallItem[] =>
  toolCalls.map(({ id, name, arguments: given }) => ({
    type: 'function_call',
    id: newId('fc_'),
    status: 'completed',
    call_id: id,
    name,
    arguments: given,
  }));
