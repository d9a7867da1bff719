// Fields of OpenAI's and vLLM's APIs that have no effect here. One that would change the answer is
// refused by its name, unless its value asks for nothing; any other name is not known at all.

import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';

/** For accounting and caches: no answer depends on them. */
export const passedOver = [
  'user',
  'store',
  'metadata',
  'safety_identifier',
  'prompt_cache_key',
  'prompt_cache_retention',
  'cache_salt',
  'priority',
  'request_id',
] as const;

interface Refused {
  /** Values that ask for nothing; null always does. */
  readonly neutral: readonly unknown[];
  readonly why: string;
}

export const refused = (why: string, ...neutral: readonly unknown[]): Refused => ({ neutral, why });
const noFunctions = 'is an older form: use tools';
const noAdapter = "an adapter is asked by its model's name, as 'model'";

/** Of chat and text completions. */
export const refusedEverywhere = {
  spaces_between_special_tokens: refused('special tokens are spelt without spaces', true),
  add_special_tokens: refused("the model's own rule decides on special tokens"),
  truncate_prompt_tokens: refused('prompts are not cut'),
  guided_decoding_backend: refused('there is one way to hold answers to a form'),
  guided_whitespace_pattern: refused("JSON's white space is fixed"),
  logits_processors: refused('logits are not processed', []),
  kv_transfer_params: refused('caches are not handed over'),
  adapter_id: refused(noAdapter),
  adapter_source: refused(noAdapter),
  lora: refused(noAdapter),
  lora_request: refused(noAdapter),
} satisfies Record<string, Refused>;

export const refusedInChat = {
  functions: refused(noFunctions, []),
  function_call: refused(noFunctions, 'none', 'auto'),
  modalities: refused('only text is answered', ['text']),
  audio: refused('only text is answered'),
  prediction: refused('predictions are not used'),
  web_search_options: refused('nothing is searched'),
  moderation: refused('nothing is moderated'),
  reasoning_effort: refused('models here do not reason apart', 'none'),
  reasoning: refused('models here do not reason apart'),
  verbosity: refused('the length of an answer is not steered', 'medium'),
  service_tier: refused('there is one tier', 'auto', 'default'),
  add_generation_prompt: refused('an answer always begins a turn', true),
  continue_final_message: refused('an answer always begins a turn', false),
  chat_template: refused("the model's own chat template is used"),
  chat_template_kwargs: refused("the chat template's settings are fixed", {}),
  documents: refused('documents are not supported', []),
  echo: refused('the prompt is not repeated', false),
  best_of: refused('n answers are made', 1),
} satisfies Record<string, Refused>;

export const refusedInText = {
  knowledge: refused('knowledge bases are asked in chat'),
} satisfies Record<string, Refused>;

type Names<T> = Record<Extract<keyof T, string>, z.ZodOptional<z.ZodUnknown>>;

export const passedOverFields = Object.fromEntries(
  passedOver.map((name) => [name, z.unknown().optional()]),
) as Names<Record<(typeof passedOver)[number], unknown>>;

export const refusedFields = <T extends Record<string, Refused>>(table: T): Names<T> =>
  Object.fromEntries(
    Object.entries(table).map(([name, { neutral, why }]) => [
      name,
      z
        .unknown()
        .refine((value) => asksForNothing(value, neutral), why)
        .optional(),
    ]),
  ) as unknown as Names<T>;

const asksForNothing = (value: unknown, neutral: readonly unknown[]): boolean =>
  value === undefined ||
  value === null ||
  neutral.some((nothing) => isDeepStrictEqual(nothing, value));
