// Body of POST /v1/completions.

import { z } from 'zod';
import { beamProblems } from './beams.js';
import { formFields, formProblems } from './form-fields.js';
import {
  passedOverFields,
  refusedEverywhere,
  refusedFields,
  refusedInText,
} from './other-fields.js';
import { promptField, promptsOf } from './prompt-field.js';
import { mostAnswers, samplingFields, samplingProblems, type SharedFields } from './sampling.js';

/** OpenAI's bound. */
const mostTops = 5;

export const completionSchema = z
  .strictObject({
    ...passedOverFields,
    ...refusedFields(refusedEverywhere),
    ...refusedFields(refusedInText),
    ...samplingFields,
    ...formFields,
    prompt: promptField(z.string().min(1)),
    max_tokens: z.number().int().min(0).max(1_000_000).nullish(),
    best_of: z.number().int().min(1).max(20).nullish(),
    echo: z.boolean().nullish(),
    logprobs: z.number().int().min(0).max(mostTops).nullish(),
    suffix: z
      .union([z.null(), z.literal('')], 'text after the completion is not supported')
      .optional(),
  })
  .superRefine((body, context) => {
    const problems = [
      ...problemsOf(body),
      ...samplingProblems(body),
      ...formProblems(body),
      ...beamProblems(body),
    ];
    for (const [field, message] of problems)
      context.addIssue({ code: 'custom', path: field.split('.'), message });
  });
export type CompletionRequest = z.infer<typeof completionSchema>;

function problemsOf(
  body: Pick<SharedFields, 'n' | 'stream'> & {
    prompt: CompletionRequest['prompt'];
    best_of?: number | null | undefined;
    echo?: boolean | null | undefined;
    logprobs?: number | null | undefined;
    max_tokens?: number | null | undefined;
    decoding?: object | null | undefined;
  },
): [field: string, message: string][] {
  const given = body.n ?? 1;
  const made = body.best_of ?? given;
  const wrong: [boolean, string, string][] = [
    [made < given, 'best_of', `must be at least n, which is ${given}`],
    [Boolean(body.stream) && made > given, 'best_of', 'must be n where the answer is streamed'],
    [
      promptsOf(body.prompt).length * made > mostAnswers,
      body.best_of ? 'best_of' : 'n',
      `must make at most ${mostAnswers} answers of all prompts together`,
    ],
    [body.max_tokens === 0 && !body.echo, 'max_tokens', 'must be at least 1 without echo'],
    [
      Boolean(body.echo) && Boolean(body.decoding),
      'decoding',
      'must be absent with echo: prompts are scored as they are',
    ],
  ];
  return wrong.flatMap(([isWrong, field, message]) => (isWrong ? [[field, message]] : []));
}

/**
 * What evaluation harnesses send: prompts are scored in one pass, and so is the greedy token after
 * each.
 */
export const isScored = (body: CompletionRequest): boolean =>
  HARNESS.every(([field, value]) => body[field] === value) &&
  Boolean(body.logprobs) &&
  Object.entries(body).every(([field, value]) => NEUTRAL.has(field) || !value);

const HARNESS = [
  ['echo', true],
  ['max_tokens', 1],
  ['temperature', 0],
] as const;
/** Fields that change nothing about such a request. */
const NEUTRAL = new Set<string>([
  ...HARNESS.map(([field]) => field),
  'model',
  'prompt',
  'seed',
  'logprobs',
  'return_tokens_as_token_ids',
]);
