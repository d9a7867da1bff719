// Body of POST /v1/chat/completions.

import { z } from 'zod';
import type { Message } from '#contracts/generated/lethe/inference/v1/Message.js';
import {
  passedOverFields,
  refusedEverywhere,
  refusedFields,
  refusedInChat,
} from './other-fields.js';
import { samplingFields } from './sampling.js';

const textPart = z.object({ type: z.literal('text', 'only text can be read'), text: z.string() });
const content = z.union([z.string(), z.array(textPart)], 'must be text, or a list of text parts');

const noTools = z
  .union([z.null(), z.array(z.never()).length(0)], 'tools are not supported')
  .optional();

const message = z.strictObject({
  role: z.enum(
    ['system', 'developer', 'user', 'assistant'],
    'must be system, developer, user or assistant',
  ),
  content,
  name: z.string().nullish(),
  refusal: z.null('refusals cannot be shown to a model').optional(),
  audio: z.null('only text can be read').optional(),
  tool_calls: noTools,
  function_call: noTools,
});

export const chatSchema = z.strictObject({
  ...passedOverFields,
  ...refusedFields(refusedEverywhere),
  ...refusedFields(refusedInChat),
  ...samplingFields,
  messages: z.array(message).min(1, 'must hold at least one message'),
  max_completion_tokens: samplingFields.max_tokens,
  logprobs: z.literal(false, 'log-probabilities are not given').nullish(),
});
export type ChatRequest = z.infer<typeof chatSchema>;

export function toMessages(request: ChatRequest): Message[] {
  return request.messages.map((one) => ({
    role: one.role === 'developer' ? 'system' : one.role,
    content:
      typeof one.content === 'string' ? one.content : one.content.map((part) => part.text).join(''),
  }));
}
