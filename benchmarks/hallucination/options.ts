// The options of run.ts.

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { dataFolder } from '#testing/shared-data.js';
import { wrong } from '../../cli/hallucination/rows.js';
import { CHAIR_TOKENS } from './chair.js';
import { POPE_TOKENS } from './pope.js';

/** What conversations of LLaVA-1.5 begin with in the authors' scripts (`llava_v1`). */
const SYSTEM =
  "A chat between a curious human and an artificial intelligence assistant. The assistant gives helpful, detailed, and polite answers to the human's questions.";

const whole = (least: number) => z.coerce.number().int().min(least);
const schema = z.object({
  model: z.string({ error: 'is missing: expected a model that sees' }).min(1),
  coco: z.string({ error: "is missing: expected COCO's folder" }).min(1),
  set: z.enum(['chair', 'pope']),
  questions: z.string().default(join(dataFolder, 'pope')),
  synonyms: z.string().optional(),
  images: whole(1).default(500),
  seed: whole(0).default(42),
  ids: z.string().optional(),
  rows: z.string().default('greedy,mask,deco'),
  window: z
    .string()
    .regex(/^\d{1,4}\.\.\d{1,4}$/, 'must be a first and a last layer, such as 20..28')
    .default('20..28')
    .transform((text) => text.split('..').map(Number) as [number, number]),
  alpha: z.coerce.number().min(0).default(0.6),
  system: z.string().default(SYSTEM),
  'max-tokens': whole(1).optional(),
  'at-once': whole(1).default(4),
  out: z.string().default('.lethe/hallucination'),
});

export interface RunOptions extends Omit<z.infer<typeof schema>, 'max-tokens'> {
  readonly maxTokens: number;
}

/** @throws CommandError naming the option, and what was expected. */
export function runOptions(args: readonly string[]): RunOptions {
  const names = Object.keys(schema.shape);
  const { values } = parseArgs({
    args: [...args],
    options: Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
  });
  const parsed = schema.safeParse(values);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw wrong(`--${issue?.path.join('.')}: ${issue?.message}`);
  }
  const { 'max-tokens': given, ...options } = parsed.data;
  const maxTokens = given ?? (options.set === 'chair' ? CHAIR_TOKENS : POPE_TOKENS);
  return { ...options, maxTokens };
}
