// Body of POST /v1/evaluation_runs: models times tasks.

import { z } from 'zod';
import { judges } from './judges.js';
import { metadataSchema } from './metadata.js';
import { tasks } from './tasks.js';
import { isStorable } from './text.js';

/** Of one run: models times tasks. */
export const MAX_CELLS = 20_000;

const limit = z.number().int().min(1).max(100_000);
const maxTokens = z.number().int().min(1).max(2048);

export const runTaskSchema = z.strictObject({
  name: z.enum(tasks),
  files: z.strictObject({ forget: z.string().min(1), retain: z.string().min(1) }),
  /** Where they are not the run's. */
  judge: z.enum(judges).optional(),
  max_tokens: maxTokens.optional(),
  limit: limit.optional(),
});
export type RunTask = z.infer<typeof runTaskSchema>;

export const runRequestSchema = z
  .strictObject({
    models: z
      .array(z.string().min(1).refine(isStorable, 'must be the name of a model'))
      .min(1)
      .max(MAX_CELLS)
      .check(unique),
    tasks: z.array(runTaskSchema).min(1).max(100),
    judge: z.enum(judges).default('lexical'),
    max_tokens: maxTokens.default(64),
    /** Upper bound of questions asked per set; the first ones are taken. */
    limit: limit.optional(),
    /** Rows of one piece of work: no figure depends on it. */
    shard_size: z.number().int().min(1).max(1000).default(32),
    metadata: metadataSchema.optional(),
  })
  .refine(({ models, tasks: { length } }) => models.length * length <= MAX_CELLS, {
    path: ['models'],
    message: `must be at most ${MAX_CELLS} models times tasks`,
  });
/** As it is sent: what has a default may be left out. */
export type RunRequestInput = z.input<typeof runRequestSchema>;
/** As it is kept: every default is filled in. */
export type RunRequest = z.output<typeof runRequestSchema>;

function unique({ value, issues }: z.core.ParsePayload<string[]>): void {
  const seen = new Set<string>();
  for (const [at, model] of value.entries()) {
    if (seen.has(model))
      issues.push({
        code: 'custom',
        input: model,
        path: [at],
        message: 'is named twice: each model is evaluated once',
      });
    seen.add(model);
  }
}

export const runStatuses = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const;
export type RunStatus = (typeof runStatuses)[number];

/**
 * `waiting`: not in the queues yet; `erased`: with the model or a file that it was made from.
 */
export const cellStatuses = [
  'waiting',
  'running',
  'succeeded',
  'failed',
  'cancelled',
  'erased',
] as const;
export type CellStatus = (typeof cellStatuses)[number];
