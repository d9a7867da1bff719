// Fields that say what an answer must look like: OpenAI's, and vLLM's of the same.

import { z } from 'zod';
import type { Form } from '#contracts/generated/lethe/inference/v1/Form.js';
import { jsonObject } from './json-object.js';

/** Of schemas and of functions, as OpenAI has them. */
export const identifier = z
  .string()
  .regex(/^[\w-]{1,64}$/, 'must be up to 64 letters, digits, _ and -');
/** As clients send them: an object, or its JSON. */
const schema = z.union([jsonObject, z.boolean(), z.string().min(1)], 'must be a JSON schema');
const texts = z
  .array(z.string().min(1), 'must be a list of texts')
  .min(1, 'must have at least one text');
const pattern = z.string('must be a regular expression').min(1);
const grammar = z.string('must be a grammar of rules, name ::= what it spells').min(1);
const off = z.literal(false, 'is not supported').nullish();

const responseFormat = z.discriminatedUnion(
  'type',
  [
    z.strictObject({ type: z.literal('text') }),
    z.strictObject({ type: z.literal('json_object') }),
    z.strictObject({
      type: z.literal('json_schema'),
      json_schema: z.strictObject({
        name: identifier,
        description: z.string().nullish(),
        schema: z.union([jsonObject, z.boolean()], 'must be a JSON schema'),
        strict: z.boolean().nullish(),
      }),
    }),
  ],
  'must have the type text, json_object or json_schema',
);

const structuredOutputs = z.strictObject({
  json: schema.nullish(),
  regex: pattern.nullish(),
  choice: texts.nullish(),
  grammar: grammar.nullish(),
  json_object: z.boolean().nullish(),
  disable_fallback: z.boolean().nullish(),
  disable_any_whitespace: off,
  disable_additional_properties: off,
  whitespace_pattern: z.null('is not supported').optional(),
  structural_tag: z.null('is not supported').optional(),
});

export const formFields = {
  response_format: responseFormat.nullish(),
  structured_outputs: structuredOutputs.nullish(),
  guided_json: schema.nullish(),
  guided_regex: pattern.nullish(),
  guided_choice: texts.nullish(),
  guided_grammar: grammar.nullish(),
};

export type AskedForm = z.infer<z.ZodObject<typeof formFields>>;

export interface NamedForm {
  /** By which errors name it. */
  readonly field: string;
  readonly form: Form;
}

const jsonSchema = (value: unknown): Form => ({
  jsonSchema: typeof value === 'string' ? value : JSON.stringify(value),
});
const choiceOf = (choices: string[]): Form => ({ choice: { texts: choices } });

/** All that a request asks, of which it may ask one. */
export const formsOf = (body: AskedForm): NamedForm[] =>
  askedForms(body).map(([field, form]) => ({ field, form: form() }));

/** By which errors name them, of a request that may not be right. */
export const formNames = (body: AskedForm): string[] => askedForms(body).map(([field]) => field);

function askedForms(body: AskedForm): [field: string, form: () => Form][] {
  const { response_format: format, structured_outputs: structured, ...guided } = body;
  const asked: [string, unknown, () => Form][] = [
    ['response_format', format?.type === 'json_object' || undefined, () => ({ jsonObject: true })],
    [
      'response_format.json_schema.schema',
      format?.type === 'json_schema' ? format.json_schema.schema : undefined,
      () => jsonSchema(format?.type === 'json_schema' && format.json_schema.schema),
    ],
    ['structured_outputs.json', structured?.json, () => jsonSchema(structured?.json)],
    ['structured_outputs.regex', structured?.regex, () => ({ regex: structured?.regex ?? '' })],
    ['structured_outputs.choice', structured?.choice, () => choiceOf(structured?.choice ?? [])],
    [
      'structured_outputs.grammar',
      structured?.grammar,
      () => ({ grammar: structured?.grammar ?? '' }),
    ],
    [
      'structured_outputs.json_object',
      structured?.json_object || undefined,
      () => ({ jsonObject: true }),
    ],
    ['guided_json', guided.guided_json, () => jsonSchema(guided.guided_json)],
    ['guided_regex', guided.guided_regex, () => ({ regex: guided.guided_regex ?? '' })],
    ['guided_choice', guided.guided_choice, () => choiceOf(guided.guided_choice ?? [])],
    ['guided_grammar', guided.guided_grammar, () => ({ grammar: guided.guided_grammar ?? '' })],
  ];
  return asked.flatMap(([field, value, form]) =>
    value === undefined || value === null ? [] : [[field, form]],
  );
}

/** Problems of fields together, for a schema's own check. */
export function formProblems(body: AskedForm): [field: string, message: string][] {
  const [first, second] = formNames(body);
  return first && second ? [[second, `cannot be combined with ${first}`]] : [];
}
