// Body of POST /v1/responses: OpenAI's Responses API, of which nothing is stored.

import { z } from 'zod';
import { identifier } from '../form-fields.js';
import { jsonObject } from '../json-object.js';
import { knowledgeField } from '../knowledge/knowledge-field.js';
import { refused, refusedFields } from '../other-fields.js';
import { samplingFields } from '../sampling.js';
import { FUNCTION, mostTools } from '../tool-fields.js';
import { responseInput } from './response-input.js';

const notStored = 'responses are not stored: send all of the conversation as input';

export const refusedInResponses = {
  store: refused(notStored, false),
  previous_response_id: refused(notStored),
  conversation: refused(notStored),
  background: refused(notStored, false),
  prompt: refused('prompts are not stored: send instructions and input'),
  reasoning: refused('models here do not reason apart', {}),
  truncation: refused('prompts are not cut', 'disabled'),
  service_tier: refused('there is one tier', 'auto', 'default'),
  max_tool_calls: refused('there are no built-in tools'),
  context_management: refused('conversations are not shortened', []),
  moderation: refused('nothing is moderated'),
};

/** For accounting and caches: no answer depends on them. */
export const passedOverInResponses = [
  'user',
  'safety_identifier',
  'prompt_cache_key',
  'prompt_cache_options',
  'prompt_cache_retention',
] as const;

const passedOverFields = Object.fromEntries(
  passedOverInResponses.map((name) => [name, z.unknown().optional()]),
) as Record<(typeof passedOverInResponses)[number], z.ZodOptional<z.ZodUnknown>>;

const format = z.discriminatedUnion(
  'type',
  [
    z.strictObject({ type: z.literal('text') }),
    z.strictObject({ type: z.literal('json_object') }),
    z.strictObject({
      type: z.literal('json_schema'),
      name: identifier,
      description: z.string().nullish(),
      schema: z.union([jsonObject, z.boolean()], 'must be a JSON schema'),
      strict: z.boolean().nullish(),
    }),
  ],
  'must have the type text, json_object or json_schema',
);

const tool = z.strictObject({
  type: z.literal('function', FUNCTION),
  name: identifier,
  description: z.string().nullish(),
  parameters: jsonObject.nullish(),
  strict: z.boolean().nullish(),
});

const named = z.strictObject({ type: z.literal('function', FUNCTION), name: identifier });

/** What else of an answer is told. */
const LOGPROBS = 'message.output_text.logprobs';

export const responseSchema = z
  .strictObject({
    ...passedOverFields,
    ...refusedFields(refusedInResponses),
    model: samplingFields.model,
    input: responseInput,
    instructions: z.string().nullish(),
    stream: samplingFields.stream,
    stream_options: z.strictObject({ include_obfuscation: z.boolean().nullish() }).nullish(),
    max_output_tokens: samplingFields.max_tokens,
    temperature: samplingFields.temperature,
    top_p: samplingFields.top_p,
    top_logprobs: z.number().int().min(0).max(20).nullish(),
    include: z.array(z.literal(LOGPROBS, `must be ${LOGPROBS}: nothing else is there`)).nullish(),
    text: z
      .strictObject({
        format: format.nullish(),
        verbosity: z
          .union([z.null(), z.literal('medium')], 'the length of an answer is not steered')
          .optional(),
      })
      .nullish(),
    tools: z.array(tool).max(mostTools, `must be at most ${mostTools} tools`).nullish(),
    tool_choice: z
      .union(
        [z.enum(['none', 'auto', 'required']), named],
        'must be none, auto, required or a function',
      )
      .nullish(),
    parallel_tool_calls: z.boolean().nullish(),
    knowledge: knowledgeField,
    metadata: z
      .record(z.string().max(64), z.string().max(512))
      .refine((pairs) => Object.keys(pairs).length <= 16, 'must have at most 16 pairs')
      .nullish(),
  })
  .refine(({ include, top_logprobs: top }) => !top || include?.length, {
    path: ['top_logprobs'],
    message: `goes with include: ["${LOGPROBS}"]`,
  });
export type ResponseRequest = z.infer<typeof responseSchema>;
