// Body of POST /v1/chat/completions.

import { z } from 'zod';
import type { Conversation } from '#contracts/generated/lethe/inference/v1/Conversation.js';
import type { Message } from '#contracts/generated/lethe/inference/v1/Message.js';
import { parseToolArguments, TOOL_ARGUMENTS } from '#contracts/tool-arguments.js';
import { beamProblems } from './beams.js';
import { type AskedForm, formFields, formProblems, formsOf } from './form-fields.js';
import { knowledgeField } from './knowledge/knowledge-field.js';
import { type Problem, ungroundableIn } from './knowledge/ungroundable.js';
import {
  passedOverFields,
  refusedEverywhere,
  refusedFields,
  refusedInChat,
} from './other-fields.js';
import { samplingFields, samplingProblems } from './sampling.js';
import { type AskedTools, toolFields, toolProblems, toolUseOf } from './tool-fields.js';

const TEXT = 'must be text, or a list of text parts';
const ROLES = 'must be system, developer, user, assistant or tool';

const textPart = z.object({ type: z.literal('text', 'only text can be read'), text: z.string() });
const content = z.union([z.string(), z.array(textPart)], TEXT);

const noTools = z
  .union([z.null(), z.array(z.never()).length(0)], 'belong to an assistant')
  .optional();

const anyMessage = {
  name: z.string().nullish(),
  refusal: z.null('refusals cannot be shown to a model').optional(),
  audio: z.null('only text can be read').optional(),
  function_call: z.null('is not supported: expected tool_calls').optional(),
};

const said = z.strictObject({
  ...anyMessage,
  role: z.enum(['system', 'developer', 'user']),
  content,
  tool_calls: noTools,
});

const toolCall = z.strictObject({
  id: z.string().min(1),
  type: z.literal('function', 'must be function'),
  function: z.strictObject({
    name: z.string().min(1),
    arguments: z.string().refine((text) => parseToolArguments(text) !== undefined, TOOL_ARGUMENTS),
  }),
  /** Of the stream that it came in. */
  index: z.number().optional(),
});

const answered = z
  .strictObject({
    ...anyMessage,
    role: z.literal('assistant'),
    content: content.nullish(),
    tool_calls: z.array(toolCall).nullish(),
    // Of an answer from a knowledge base: beside its text, which alone the model is shown.
    annotations: z.unknown().optional(),
    knowledge: z.unknown().optional(),
  })
  .refine(({ content: text, tool_calls: calls }) => (text ?? calls?.[0]) !== undefined, {
    path: ['content'],
    message: TEXT,
  });

const toolAnswer = z.strictObject({
  ...anyMessage,
  role: z.literal('tool'),
  content,
  tool_call_id: z.string(),
  tool_calls: noTools,
});

const message = z.discriminatedUnion('role', [said, answered, toolAnswer], {
  error: ({ code }) => (code === 'invalid_union' ? ROLES : undefined),
});
type ChatMessage = z.infer<typeof message>;

export const messages = z
  .array(message)
  .min(1, 'must hold at least one message')
  .superRefine((list, context) => {
    const open = new Map<string, string>();
    for (const [i, one] of list.entries()) {
      for (const call of callsOf(one)) open.set(call.id, call.function.name);
      if (one.role === 'tool' && !open.has(one.tool_call_id))
        context.addIssue({
          code: 'custom',
          path: [i, 'tool_call_id'],
          message: 'must be the id of a tool call before it',
        });
    }
  });

/** OpenAI's bound. */
const mostTops = 20;

export const chatSchema = z
  .strictObject({
    ...passedOverFields,
    ...refusedFields(refusedEverywhere),
    ...refusedFields(refusedInChat),
    ...samplingFields,
    ...formFields,
    ...toolFields,
    knowledge: knowledgeField,
    messages,
    max_completion_tokens: samplingFields.max_tokens,
    logprobs: z.boolean().nullish(),
    top_logprobs: z.number().int().min(0).max(mostTops).nullish(),
  })
  .refine(({ logprobs, top_logprobs: top }) => logprobs || !top, {
    path: ['top_logprobs'],
    message: 'goes with logprobs: true',
  })
  .superRefine((body, context) => {
    const problems = [
      ...samplingProblems(body),
      ...formProblems(body),
      ...toolProblems(body),
      ...beamProblems(body),
    ];
    for (const [path, wrong] of [...problems, ...both(body)])
      context.addIssue({ code: 'custom', path: path.split('.'), message: wrong });
  });
export type ChatRequest = z.infer<typeof chatSchema>;

/** The form of an answer that may ask tools is theirs. */
function both(body: AskedForm & AskedTools): [field: string, message: string][] {
  const [asked] = formsOf(body);
  const mayAsk = toolUseOf(body) !== undefined && body.tool_choice !== 'none';
  return asked && mayAsk ? [[asked.field, 'cannot be combined with tools that may be asked']] : [];
}

/** What no answer from a knowledge base can have. */
export const ungroundableChat = (body: ChatRequest): Problem | undefined =>
  ungroundableIn(
    {
      tools: body.tools?.length,
      [formsOf(body)[0]?.field ?? 'response_format']: formsOf(body).length,
      use_beam_search: body.use_beam_search,
      'decoding.beams': body.decoding?.beams,
      'decoding.strategy': body.decoding?.strategy === 'cad',
      logprobs: body.logprobs,
      return_token_ids: body.return_token_ids,
    },
    'messages',
    body.messages,
  );

/** With the tools that may be asked. */
export const toConversation = (request: ChatRequest): Conversation => ({
  messages: toMessages(request),
  toolUse: toolUseOf(request) ?? null,
});

export function toMessages(request: Pick<ChatRequest, 'messages'>): Message[] {
  const names = new Map(
    request.messages.flatMap(callsOf).map((call) => [call.id, call.function.name]),
  );
  return request.messages.map((one) => ({
    role: one.role === 'developer' ? 'system' : one.role,
    content: textOf(one.content),
    toolCalls: callsOf(one).map(({ id, function: asked }) => ({ id, ...asked })),
    ...(one.role === 'tool'
      ? { toolCallId: one.tool_call_id, name: names.get(one.tool_call_id) }
      : {}),
  }));
}

function textOf(given: ChatMessage['content']): string {
  if (typeof given === 'string') return given;
  return (given ?? []).map((part) => part.text).join('');
}

function callsOf(one: ChatMessage): z.infer<typeof toolCall>[] {
  return (one.role === 'assistant' && one.tool_calls) || [];
}
