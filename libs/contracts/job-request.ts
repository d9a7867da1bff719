// Body of POST /v1/fine_tuning/jobs.

import { z } from 'zod';
import { metadataSchema } from './metadata.js';
import { methodSchema } from './methods/index.js';
import { isStorable } from './text.js';

/** Null is as good as absent: OpenAI's clients send both. */
const present = <T>(value: T | null | undefined): T | undefined => value ?? undefined;

const fields = z.strictObject({
  model: z.string().min(1).refine(isStorable, 'must be the name of a model'),
  /** Absent where the method trains on something else. */
  training_file: z.string().min(1).optional(),
  suffix: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,63}$/i, 'must be 1 to 64 letters, digits or hyphens')
    .nullish()
    .transform(present),
  seed: z
    .number()
    .int()
    .min(0)
    .max(0xffffffff)
    .nullish()
    .transform((seed) => seed ?? 0),
  metadata: metadataSchema.nullish().transform(present),
  method: methodSchema.prefault({ type: 'supervised', supervised: {} }),
});

export const jobRequestSchema = z.preprocess(asCurrentForm, fields.superRefine(checkTrainingFile));
/** As it is sent: what has a default may be left out. */
export type JobRequestInput = z.input<typeof fields>;
/** As it is kept and answered: every default is filled in. */
export type JobRequest = z.output<typeof fields>;

function checkTrainingFile(
  { training_file: file, method }: z.output<typeof fields>,
  context: z.RefinementCtx,
): void {
  const path = ['training_file'];
  const needed = method.type !== 'knowledge_tuning';
  if (needed && file === undefined)
    context.addIssue({ code: 'invalid_type', expected: 'string', input: file, path });
  if (!needed && file !== undefined)
    context.addIssue({
      code: 'custom',
      message: 'must not be given: knowledge_tuning trains on a knowledge base',
      path,
    });
}

/**
 * OpenAI's older form: hyperparameters beside the files are the supervised method's; "auto" is the
 * default. What asks for nothing is left out.
 */
function asCurrentForm(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return body;
  const { hyperparameters, method, validation_file, integrations, ...rest } = body as Record<
    string,
    unknown
  >;
  return {
    ...rest,
    ...(validation_file === null || validation_file === undefined ? {} : { validation_file }),
    ...(isNothing(integrations) ? {} : { integrations }),
    ...methodOf(method, hyperparameters),
  };
}

function methodOf(method: unknown, older: unknown): object {
  if (older === null || older === undefined) return isNothing(method) ? {} : { method };
  if (!isNothing(method) || typeof older !== 'object') return { method, hyperparameters: older };
  const set = Object.entries(older).filter(([, value]) => value !== 'auto' && value !== null);
  return {
    method: { type: 'supervised', supervised: { hyperparameters: Object.fromEntries(set) } },
  };
}

const isNothing = (value: unknown): boolean =>
  value === null || value === undefined || (Array.isArray(value) && value.length === 0);
