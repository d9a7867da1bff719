// Bodies of POST /tokenize and /detokenize, which are vLLM's.

import { z } from 'zod';
import { messages } from './chat-request.js';
import { tokenId } from './sampling.js';

/** Absent where the path has it. */
const model = z.string().min(1).optional();

export const tokenizeSchema = z
  .strictObject({
    model,
    prompt: z.string().min(1).optional(),
    messages: messages.optional(),
    add_special_tokens: z.boolean().nullish(),
    add_generation_prompt: z.literal(true, 'an answer always begins a turn').nullish(),
    return_token_strs: z.boolean().nullish(),
  })
  .refine((body) => (body.prompt === undefined) !== (body.messages === undefined), {
    path: ['prompt'],
    message: 'must be there, or messages, and not both',
  });
export type TokenizeBody = z.infer<typeof tokenizeSchema>;

export const detokenizeSchema = z.strictObject({
  model,
  tokens: z.array(tokenId).min(1).max(1_000_000),
});
export type DetokenizeBody = z.infer<typeof detokenizeSchema>;

export const tokenizedSchema = z.object({
  count: z.number().int(),
  max_model_len: z.number().int(),
  tokens: z.array(z.number().int()),
  token_strs: z.array(z.string()).nullable(),
});
export type Tokenized = z.infer<typeof tokenizedSchema>;

export const detokenizedSchema = z.object({ prompt: z.string() });
export type Detokenized = z.infer<typeof detokenizedSchema>;

export const tokenizerInfoSchema = z.looseObject({ chat_template: z.string().nullable() });
export type TokenizerInfo = z.infer<typeof tokenizerInfoSchema>;
