// The conversation that a response goes on: a text, or items of messages, calls of functions and what
// they gave.

import { z } from 'zod';
import type { Message } from '#contracts/generated/lethe/inference/v1/Message.js';
import { parseToolArguments, TOOL_ARGUMENTS } from '#contracts/tool-arguments.js';
import { inputImagePart } from '../images/image-part.js';
import { type AskedImage, contentOf, imagesIn, type Said, type Shown } from '../images/said.js';

const TEXT = 'must be text, or a list of text parts';
const PARTS = 'must be text, or a list of parts';
const PART = 'must be an object with a type: input_text or input_image';
const PART_KINDS = 'must be input_text, output_text or input_image';
const id = z.string().nullish();
const status = z.enum(['in_progress', 'completed', 'incomplete']).nullish();

const part = z.strictObject({
  type: z.enum(['input_text', 'output_text', 'text'], 'only text can be read'),
  text: z.string(),
  annotations: z.array(z.unknown()).nullish(),
  logprobs: z.array(z.unknown()).nullish(),
});
const content = z.union([z.string(), z.array(part)], TEXT);

/** A text is a part by itself. */
const shownContent = z.preprocess(
  (value) => (typeof value === 'string' ? [{ type: 'text', text: value }] : value),
  z.array(
    z.discriminatedUnion('type', [part, inputImagePart], {
      error: ({ code }) =>
        code === 'invalid_union' ? PART_KINDS : code === 'invalid_type' ? PART : undefined,
    }),
    PARTS,
  ),
);

const said = z.strictObject({
  type: z.literal('message'),
  role: z.enum(
    ['system', 'developer', 'user', 'assistant'],
    'must be system, developer, user or assistant',
  ),
  content: shownContent,
  id,
  status,
  phase: z.null('is not told apart').optional(),
  // Of an answer from a knowledge base: beside its text, which alone the model is shown.
  knowledge: z.unknown().optional(),
});

const called = z.strictObject({
  type: z.literal('function_call'),
  call_id: z.string().min(1),
  name: z.string().min(1),
  arguments: z.string().refine((text) => parseToolArguments(text) !== undefined, TOOL_ARGUMENTS),
  id,
  status,
});

const gave = z.strictObject({
  type: z.literal('function_call_output'),
  call_id: z.string().min(1),
  output: content,
  id,
  status,
});

const KINDS = 'must be a message, a function_call or a function_call_output';

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** What has no type is a message. */
const item = z.preprocess(
  (value) => (isObject(value) && !('type' in value) ? { ...value, type: 'message' } : value),
  z.discriminatedUnion('type', [said, called, gave], {
    error: ({ code }) => (code === 'invalid_union' ? KINDS : undefined),
  }),
);

/** A text is what a user says. */
export const responseInput = z.preprocess(
  (value) =>
    typeof value === 'string' ? [{ type: 'message', role: 'user', content: value }] : value,
  z
    .array(item, 'must be a text or a list of items')
    .min(1, 'must hold at least one item')
    .superRefine((items, context) => {
      const open = new Set<string>();
      for (const [i, one] of items.entries()) {
        if (one.type === 'function_call') open.add(one.call_id);
        if (one.type === 'function_call_output' && !open.has(one.call_id))
          context.addIssue({
            code: 'custom',
            path: [i, 'call_id'],
            message: 'must be that of a function_call before it',
          });
        const shows = one.type === 'message' ? one.content.findIndex(isPicture) : -1;
        if (one.type === 'message' && one.role !== 'user' && shows >= 0)
          context.addIssue({
            code: 'custom',
            path: [i, 'content', shows, 'type'],
            message: 'must be text: pictures are shown in messages of the role user',
          });
      }
    }),
);

type Item = z.infer<typeof item>;
type Part = z.infer<typeof shownContent>[number];

const isPicture = ({ type }: Part): boolean => type === 'input_image';

/** In their order. */
export const askedImages = (input: readonly Item[]): AskedImage[] =>
  input.flatMap((one, i) =>
    one.type === 'message' ? imagesIn(saidIn(one.content, `input.${i}`)) : [],
  );

const saidIn = (parts: readonly Part[], path: string): Said[] =>
  parts.map((one, i): Said => {
    if (one.type !== 'input_image') return one.text;
    const { image_url: url, file_id: file, detail } = one;
    const field = `${path}.content.${i}.${url ? 'image_url' : 'file_id'}`;
    return { field, source: url ?? file ?? '', detail: detail ?? 'auto' };
  });

/** Calls that follow what an assistant says, or each other, are of one message. @param shown has all pictures. */
export function toMessages(
  input: readonly Item[],
  instructions: string | null | undefined,
  shown: Shown,
): Message[] {
  const messages: Message[] = instructions ? [{ role: 'system', content: instructions }] : [];
  const names = new Map<string, string>();
  for (const [i, one] of input.entries()) {
    if (one.type === 'function_call') {
      names.set(one.call_id, one.name);
      const call = { id: one.call_id, name: one.name, arguments: one.arguments };
      const before = messages.at(-1);
      if (before?.role === 'assistant') before.toolCalls = [...(before.toolCalls ?? []), call];
      else messages.push({ role: 'assistant', content: '', toolCalls: [call] });
    } else if (one.type === 'function_call_output') {
      const { call_id: toolCallId, output } = one;
      const name = names.get(toolCallId) ?? '';
      messages.push({ role: 'tool', content: textOf(output), toolCallId, name });
    } else {
      const role = one.role === 'developer' ? 'system' : one.role;
      messages.push({ role, ...contentOf(saidIn(one.content, `input.${i}`), shown) });
    }
  }
  return messages;
}

const textOf = (given: z.infer<typeof content>): string =>
  typeof given === 'string' ? given : given.map(({ text }) => text).join('');
