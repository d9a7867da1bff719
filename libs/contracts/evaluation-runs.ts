// Body of POST /v1/evaluation_runs: models times tasks.

import { z } from 'zod';
import { askedDecodingSchema } from './decoding.js';
import { judges } from './judges.js';
import { metadataSchema } from './metadata.js';
import {
  asksAlone,
  benchmarks,
  isAnswered,
  isBenchmark,
  isHeldOut,
  type TaskName,
  tasks,
} from './tasks.js';
import { isStorable } from './text.js';

/** Of one run: models times tasks. */
export const MAX_CELLS = 20_000;

const limit = z.number().int().min(1).max(100_000);
const maxTokens = z.number().int().min(1).max(2048);

const file = z.string().min(1);
const filesSchema = z.strictObject({
  forget: file,
  retain: file,
  /** Questions that no model was taught, for the tasks `holdout` and `holdout-gradient`. */
  holdout: file.optional(),
});

export const runTaskSchema = z.strictObject({
  name: z.enum(tasks),
  files: filesSchema,
  /** Where they are not the run's. */
  judge: z.enum(judges).optional(),
  max_tokens: maxTokens.optional(),
  limit: limit.optional(),
  /** How tokens of answers are chosen; absent: greedily, by the model's logits as they are. */
  decoding: askedDecodingSchema.optional(),
});
export type RunTask = z.infer<typeof runTaskSchema>;

const askedFiles = filesSchema.partial({ retain: true });
const taskFields = runTaskSchema.extend({ files: askedFiles.optional() });
/** A name is a task that has nothing of its own. */
const askedTask = z.preprocess(
  (task) => (typeof task === 'string' ? { name: task } : task),
  taskFields,
);

const fields = z
  .strictObject({
    models: z
      .array(z.string().min(1).refine(isStorable, 'must be the name of a model'))
      .min(1)
      .max(MAX_CELLS)
      .check(unique),
    tasks: z.array(askedTask).min(1).max(100),
    files: askedFiles.optional(),
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

export const runRequestSchema = fields.transform(({ files, ...request }, context) => {
  const asked = request.tasks.map((task) => ({
    ...(isBenchmark(task.name) ? { max_tokens: benchmarks[task.name].maxTokens } : {}),
    ...task,
    files: filesOf(task.name, task.files ?? files),
  }));
  for (const [at, task] of asked.entries())
    for (const [field, message] of problemsOf(task))
      context.addIssue({ code: 'custom', path: ['tasks', at, ...field], message });
  return { ...request, tasks: asked as RunTask[] };
});

type AskedTask = z.output<typeof taskFields>;
type Problem = readonly [field: readonly string[], message: string];

/** A task that asks one file alone reads no other. */
const filesOf = (name: TaskName, files: AskedTask['files']): AskedTask['files'] =>
  files && asksAlone(name) ? { ...files, retain: files.retain ?? files.forget } : files;

function problemsOf({ name, files, decoding }: AskedTask): Problem[] {
  if (!files)
    return [[['files'], "must be given where the run has no 'files' for all of its tasks"]];
  const missing = (of: string): Problem => [['files', of], `must be given for the task '${name}'`];
  return [
    ...(files.retain === undefined ? [missing('retain')] : []),
    ...(isHeldOut(name) && !files.holdout ? [missing('holdout')] : []),
    ...(decoding && !isAnswered(name)
      ? [[['decoding'], `goes with answers: '${name}' reads likelihoods alone`] as const]
      : []),
  ];
}

/** As it is sent: what has a default may be left out. */
export type RunRequestInput = Omit<z.input<typeof fields>, 'tasks'> & {
  tasks: (TaskName | z.input<typeof taskFields>)[];
};
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

/** In which results come. */
export const resultFormats = ['jsonl', 'csv', 'parquet'] as const;
export type ResultFormat = (typeof resultFormats)[number];

/** Of other tools, for one model of a run: `lm-eval-samples` for one task as well. */
export const exportFormats = ['open-unlearning', 'lm-eval', 'lm-eval-samples'] as const;
export type ExportFormat = (typeof exportFormats)[number];

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

/** A model's name as lm-evaluation-harness writes it in names of folders. */
export const sanitizedName = (model: string): string => model.replaceAll(/["<>:/|\\?*[\]]+/g, '__');
