// Body of POST /v1/chat/completions.

import { z } from 'zod';
import type { Conversation } from '#contracts/generated/lethe/inference/v1/Conversation.js';
import type { Message } from '#contracts/generated/lethe/inference/v1/Message.js';
import { parseToolArguments, TOOL_ARGUMENTS } from '#contracts/tool-arguments.js';
import { beamProblems } from './beams.js';
import { type AskedForm, formFields, formNames, formProblems } from './form-fields.js';
import { filePart, imageUrlPart } from './images/image-part.js';
import { type AskedImage, contentOf, imagesIn, type Said, type Shown } from './images/said.js';
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
const PARTS = 'must be text, or a list of parts';
const PART = 'must be an object with a type: text, image_url or file';
const KINDS = 'must be text, image_url or file';
const ROLES = 'must be system, developer, user, assistant or tool';

const textPart = z.object({
  type: z.literal('text', 'must be text: pictures are shown in messages of the role user'),
  text: z.string(),
});
/** A text is a part by itself. */
const partsOf = <P extends z.ZodType>(part: P, message: string) =>
  z.preprocess(
    (value) => (typeof value === 'string' ? [{ type: 'text', text: value }] : value),
    z.array(part, message),
  );
const content = partsOf(textPart, TEXT);
const shownContent = partsOf(
  z.discriminatedUnion('type', [textPart, imageUrlPart, filePart], {
    error: ({ code }) =>
      code === 'invalid_union' ? KINDS : code === 'invalid_type' ? PART : undefined,
  }),
  PARTS,
);

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
  role: z.enum(['system', 'developer']),
  content,
  tool_calls: noTools,
});

const userSaid = z.strictObject({
  ...anyMessage,
  role: z.literal('user'),
  content: shownContent,
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

const message = z.discriminatedUnion('role', [said, userSaid, answered, toolAnswer], {
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
  const [asked] = formNames(body);
  const mayAsk = Boolean(body.tools?.length) && body.tool_choice !== 'none';
  return asked && mayAsk ? [[asked, 'cannot be combined with tools that may be asked']] : [];
}

type Conversed = Pick<ChatRequest, 'messages'>;

/** In their order. */
export const askedImages = ({ messages: list }: Conversed): AskedImage[] =>
  list.flatMap((one, i) => imagesIn(saidBy(one, `messages.${i}`)));

/** What cannot be asked beside pictures. */
export const unshowableChat = (body: ChatRequest): Record<string, unknown> => ({
  tools: body.tools?.length,
  messages: body.messages.some((one) => one.role === 'tool' || callsOf(one).length > 0),
  'decoding.strategy': body.decoding?.strategy === 'cad',
  prompt_logprobs: typeof body.prompt_logprobs === 'number',
});

/** What no answer from a knowledge base can have. */
export const ungroundableChat = (body: ChatRequest): Problem | undefined =>
  ungroundableIn(
    {
      tools: body.tools?.length,
      [formNames(body)[0] ?? 'response_format']: formNames(body).length,
      use_beam_search: body.use_beam_search,
      'decoding.beams': body.decoding?.beams,
      'decoding.strategy': body.decoding?.strategy === 'cad',
      logprobs: body.logprobs,
      return_token_ids: body.return_token_ids,
      [askedImages(body)[0]?.field ?? 'messages']: askedImages(body).length,
    },
    'messages',
    body.messages,
  );

/** With the tools that may be asked. */
export const toConversation = (request: ChatRequest, shown: Shown): Conversation => ({
  messages: toMessages(request, shown),
  toolUse: toolUseOf(request) ?? null,
});

/** @param shown has all pictures. */
export function toMessages(request: Conversed, shown: Shown): Message[] {
  const names = new Map(
    request.messages.flatMap(callsOf).map((call) => [call.id, call.function.name]),
  );
  return request.messages.map((one, i) => ({
    role: one.role === 'developer' ? 'system' : one.role,
    ...contentOf(saidBy(one, `messages.${i}`), shown),
    toolCalls: callsOf(one).map(({ id, function: called }) => ({ id, ...called })),
    ...(one.role === 'tool'
      ? { toolCallId: one.tool_call_id, name: names.get(one.tool_call_id) }
      : {}),
  }));
}

function saidBy({ content: parts }: ChatMessage, path: string): Said[] {
  return (parts ?? []).map((part, i): Said => {
    const at = `${path}.content.${i}`;
    if (part.type === 'text') return part.text;
    if (part.type === 'file')
      return { field: `${at}.file.file_id`, source: part.file.file_id, detail: 'auto' };
    const { url, detail } = part.image_url;
    return { field: `${at}.image_url.url`, source: url, detail: detail ?? 'auto' };
  });
}

function callsOf(one: ChatMessage): z.infer<typeof toolCall>[] {
  return (one.role === 'assistant' && one.tool_calls) || [];
}
